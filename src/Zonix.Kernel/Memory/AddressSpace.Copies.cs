namespace Zonix.Kernel.Memory;

/// <summary>User copies: never a crash; they stop at the first byte that the guest itself could not access.</summary>
public sealed partial class AddressSpace
{
    /// <summary>Copies from guest memory. Returns the bytes copied.</summary>
    public nuint CopyIn(UserAddress address, Span<byte> destination) => Window.CopyIn(address.Value, destination);

    /// <summary>Copies to guest memory. Returns the bytes copied.</summary>
    public nuint CopyOut(UserAddress address, ReadOnlySpan<byte> source) => Window.CopyOut(address.Value, source);

    /// <summary>Copies all of it from guest memory, or answers false.</summary>
    public bool TryCopyIn(UserAddress address, Span<byte> destination) =>
        Window.CopyIn(address.Value, destination) == (nuint)destination.Length;

    /// <summary>Copies all of it to guest memory, or answers false.</summary>
    public bool TryCopyOut(UserAddress address, ReadOnlySpan<byte> source) =>
        Window.CopyOut(address.Value, source) == (nuint)source.Length;

    /// <summary>Writes zeros. Returns the bytes written.</summary>
    public nuint Clear(UserAddress address, nuint length) => Window.Clear(address.Value, length);

    /// <summary>Reads a value.</summary>
    public bool TryRead<T>(UserAddress address, out T value)
        where T : unmanaged => Window.TryRead(address.Value, out value);

    /// <summary>Reads a value.</summary>
    public bool TryRead<T>(UserPointer<T> address, out T value)
        where T : unmanaged => Window.TryRead(address.Value, out value);

    /// <summary>Writes a value.</summary>
    public bool TryWrite<T>(UserAddress address, in T value)
        where T : unmanaged => Window.TryWrite(address.Value, value);

    /// <summary>Writes a value.</summary>
    public bool TryWrite<T>(UserPointer<T> address, in T value)
        where T : unmanaged => Window.TryWrite(address.Value, value);

    /// <summary>
    /// Copies a NUL-terminated string. Returns its length without the NUL; the destination's length when there is no NUL in
    /// it; -1 on a fault.
    /// </summary>
    public int CopyInString(UserAddress address, Span<byte> destination) => Window.CopyInString(address.Value, destination);

    /// <summary>Stores atomically if the word holds <paramref name="expected"/>; false on a fault. 4-aligned.</summary>
    public bool TryCompareExchange(UserAddress address, uint expected, uint value, out uint old) =>
        Window.TryCompareExchange(address.Value, expected, value, out old);

    /// <summary>Reads a word atomically with acquire ordering; false on a fault. 4-aligned.</summary>
    public bool TryLoadAcquire(UserAddress address, out uint value) => Window.TryLoadAcquire(address.Value, out value);

    /// <summary>Exchanges a word atomically; false on a fault. 4-aligned.</summary>
    public bool TryExchange(UserAddress address, uint value, out uint old) => Window.TryExchange(address.Value, value, out old);
}
