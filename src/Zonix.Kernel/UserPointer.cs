namespace Zonix.Kernel;

/// <summary>An address in guest memory where a <typeparamref name="T"/> lies or shall lie; unchecked.</summary>
public readonly record struct UserPointer<T>(ulong Value)
    where T : unmanaged
{
    /// <summary>Whether it is the null pointer.</summary>
    public bool IsNull => Value == 0;

    /// <summary>The same place without its type.</summary>
    public UserAddress Address => new(Value);

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:x}";
}
