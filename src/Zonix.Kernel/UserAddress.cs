namespace Zonix.Kernel;

/// <summary>An address in guest memory, unchecked: only the copies of the address space may use it.</summary>
public readonly record struct UserAddress(ulong Value)
{
    /// <summary>Whether it is the null pointer.</summary>
    public bool IsNull => Value == 0;

    /// <summary>The address <paramref name="bytes"/> further.</summary>
    public static UserAddress operator +(UserAddress address, ulong bytes) => new(address.Value + bytes);

    /// <summary>The address <paramref name="bytes"/> further.</summary>
    public UserAddress Add(ulong bytes) => this + bytes;

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
