namespace Zonix.Abi;

/// <summary>
/// A structure that calls read or write in guest memory. Its declaration is that of x86-64, as which it lies in memory here; the layouts of
/// i386 are made from it by <c>Zonix.Generators</c>: longs and ulongs have 8 bytes, those that are <see cref="WordAttribute"/> 4.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class GuestStructureAttribute : Attribute
{
    /// <summary>Bytes for i386, where unused ones follow the last field; 0: as the fields have it.</summary>
    public int I386Size { get; init; }

    /// <summary>The same, of <see cref="GuestAbi.I386Wide"/>.</summary>
    public int WideSize { get; init; }
}
