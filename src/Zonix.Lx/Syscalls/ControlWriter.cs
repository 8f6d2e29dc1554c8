using System.Buffers.Binary;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Fills a receiver's msg_control. cmsg(3).</summary>
internal ref struct ControlWriter(KernelTask task, ulong start, ulong room)
{
    private readonly int headerSize = ControlHeader.SizeOf(task.CallAbi);

    /// <summary>How the receiver's structures are laid out.</summary>
    internal GuestAbi Abi { get; } = task.CallAbi;

    /// <summary>Bytes filled.</summary>
    internal ulong Used { get; private set; }

    /// <summary>Whether something found no room. MSG_CTRUNC.</summary>
    internal bool IsCut { get; set; }

    /// <summary>Whether the receiver's memory failed.</summary>
    internal bool Faulted { get; private set; }

    /// <summary>Bytes left.</summary>
    internal readonly ulong Left => room - Used;

    /// <summary>Adds a piece. As put_cmsg does it, what does not fit whole is cut off.</summary>
    internal void Put(int level, int type, scoped ReadOnlySpan<byte> data)
    {
        if (Faulted)
            return;
        if (Left < (ulong)headerSize)
        {
            IsCut = true;
            return;
        }
        ulong length = (ulong)(headerSize + data.Length);
        if (length > Left)
        {
            IsCut = true;
            length = Left;
        }
        var text = new byte[length];
        ControlHeader.Write(new ControlHeader { Length = length, Level = level, Type = type }, task.CallAbi, text);
        data[..(text.Length - headerSize)].CopyTo(text.AsSpan(headerSize));
        if (!task.Memory.TryCopyOut(new UserAddress(start + Used), text))
        {
            Faulted = true;
            return;
        }
        Used += Math.Min(ControlHeader.Align(length, task.CallAbi), Left);
    }

    /// <summary>Adds a number.</summary>
    internal void Put(int level, int type, int value)
    {
        Span<byte> data = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(data, value);
        Put(level, type, data);
    }
}
