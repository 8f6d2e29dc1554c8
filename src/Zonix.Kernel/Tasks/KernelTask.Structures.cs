using Zonix.Kernel.Memory;

namespace Zonix.Kernel.Tasks;

/// <summary>Structures of guest memory, in the layout of the call that the task is in.</summary>
public sealed partial class KernelTask
{
    /// <summary>How the structures of the running or last call are laid out. The brand's to set, when a call begins.</summary>
    public GuestAbi CallAbi { get; set; }

    /// <summary>Reads a structure; false: EFAULT.</summary>
    public bool TryRead<T>(UserPointer<T> address, out T value)
        where T : unmanaged, IGuestStructure<T> => TryRead(address.Address, CallAbi, out value);

    /// <summary>Reads a structure; false: EFAULT.</summary>
    public bool TryRead<T>(UserAddress address, out T value)
        where T : unmanaged, IGuestStructure<T> => TryRead(address, CallAbi, out value);

    /// <summary>Reads a structure in a layout of its own; false: EFAULT.</summary>
    public bool TryRead<T>(UserAddress address, GuestAbi abi, out T value)
        where T : unmanaged, IGuestStructure<T> =>
        abi == GuestAbi.X64 ? Memory.TryRead(address, out value) : TryReadAs(address, abi, out value);

    /// <summary>Writes a structure; false: EFAULT.</summary>
    public bool TryWrite<T>(UserPointer<T> address, in T value)
        where T : unmanaged, IGuestStructure<T> => TryWrite(address.Address, CallAbi, value);

    /// <summary>Writes a structure; false: EFAULT.</summary>
    public bool TryWrite<T>(UserAddress address, in T value)
        where T : unmanaged, IGuestStructure<T> => TryWrite(address, CallAbi, value);

    /// <summary>Writes a structure in a layout of its own; false: EFAULT.</summary>
    public bool TryWrite<T>(UserAddress address, GuestAbi abi, in T value)
        where T : unmanaged, IGuestStructure<T> =>
        abi == GuestAbi.X64 ? Memory.TryWrite(address, value) : TryWriteAs(address, abi, value);

    /// <summary>The element of an array of structures.</summary>
    public UserPointer<T> Element<T>(UserPointer<T> array, int index)
        where T : unmanaged, IGuestStructure<T> => new(array.Value + ((ulong)index * (ulong)T.SizeOf(CallAbi)));

    private bool TryReadAs<T>(UserAddress address, GuestAbi abi, out T value)
        where T : unmanaged, IGuestStructure<T>
    {
        Span<byte> bytes = stackalloc byte[T.SizeOf(abi)];
        bool whole = Memory.TryCopyIn(address, bytes);
        value = whole ? T.Read(abi, bytes) : default;
        return whole;
    }

    private bool TryWriteAs<T>(UserAddress address, GuestAbi abi, in T value)
        where T : unmanaged, IGuestStructure<T>
    {
        Span<byte> bytes = stackalloc byte[T.SizeOf(abi)];
        T.Write(value, abi, bytes);
        return Memory.TryCopyOut(address, bytes);
    }
}
