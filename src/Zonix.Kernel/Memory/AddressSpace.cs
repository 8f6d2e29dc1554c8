namespace Zonix.Kernel.Memory;

/// <summary>The memory of a process: its window and what is mapped where.</summary>
public sealed partial class AddressSpace
{
    /// <summary>Copies from guest memory; answers the bytes copied before a fault.</summary>
    public nuint CopyIn(UserAddress address, Span<byte> destination) => throw new NotSupportedException();

    /// <summary>Copies to guest memory; answers the bytes copied before a fault.</summary>
    public nuint CopyOut(UserAddress address, ReadOnlySpan<byte> source) => throw new NotSupportedException();

    /// <summary>Clears guest memory; answers the bytes cleared before a fault.</summary>
    public nuint Clear(UserAddress address, nuint length) => throw new NotSupportedException();

    /// <summary>Reads a value; false: EFAULT.</summary>
    public bool TryRead<T>(UserAddress address, out T value)
        where T : unmanaged => throw new NotSupportedException();

    /// <summary>Writes a value; false: EFAULT.</summary>
    public bool TryWrite<T>(UserAddress address, in T value)
        where T : unmanaged => throw new NotSupportedException();

    /// <summary>Reads a value; false: EFAULT.</summary>
    public bool TryRead<T>(UserPointer<T> address, out T value)
        where T : unmanaged => throw new NotSupportedException();

    /// <summary>Writes a value; false: EFAULT.</summary>
    public bool TryWrite<T>(UserPointer<T> address, in T value)
        where T : unmanaged => throw new NotSupportedException();

    /// <summary>Length of the string copied without its NUL; -1 on a fault; the whole length when there is no NUL.</summary>
    public int CopyInString(UserAddress address, Span<byte> destination) => throw new NotSupportedException();
}
