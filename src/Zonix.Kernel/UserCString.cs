namespace Zonix.Kernel;

/// <summary>The address of a NUL-terminated string in guest memory; unchecked.</summary>
public readonly record struct UserCString(ulong Value)
{
    /// <summary>Whether it is the null pointer.</summary>
    public bool IsNull => Value == 0;

    /// <summary>The same place without its type.</summary>
    public UserAddress Address => new(Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
