using System.Buffers.Binary;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Fills a receiver's msg_control. cmsg(3).</summary>
internal ref struct ControlWriter(KernelTask task, ulong start, ulong room)
{
    private const int HeaderSize = 16;

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
        if (Left < HeaderSize)
        {
            IsCut = true;
            return;
        }
        ulong length = (ulong)(HeaderSize + data.Length);
        if (length > Left)
        {
            IsCut = true;
            length = Left;
        }
        var text = new byte[length];
        BinaryPrimitives.WriteUInt64LittleEndian(text, length);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(8), level);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(12), type);
        data[..(text.Length - HeaderSize)].CopyTo(text.AsSpan(HeaderSize));
        if (!task.Memory.TryCopyOut(new UserAddress(start + Used), text))
        {
            Faulted = true;
            return;
        }
        Used += Math.Min((length + 7) & ~7UL, Left);
    }

    /// <summary>Adds a number.</summary>
    internal void Put(int level, int type, int value)
    {
        Span<byte> data = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(data, value);
        Put(level, type, data);
    }
}
