namespace Zonix.Generators;

/// <summary>The layouts of a structure, as Zonix.Abi's GuestAbi names them.</summary>
internal enum GuestLayout
{
    X64,
    I386,
    I386Wide,
}
