using System.Buffers.Binary;
using System.Text;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Netlink;

/// <summary>Makes messages of the kernel, several to a datagram. netlink(7).</summary>
internal sealed class NetlinkWriter(NetlinkHeader request, uint receiver)
{
    // As Linux does it a dump comes in pieces that a page takes.
    private const int PieceSize = 3840, AttributeHead = 4;
    private readonly List<byte[]> pieces = [];
    private byte[] current = new byte[1024];
    private int used, messageAt;
    private string? complaint;

    /// <summary>Says in words what is wrong with a request, for who wants to know. NETLINK_EXT_ACK.</summary>
    internal Errno Complain(Errno error, string why)
    {
        complaint = why;
        return error;
    }

    /// <summary>Begins a message, and answers where its structure of <paramref name="structureSize"/> bytes is.</summary>
    internal Span<byte> Begin(int type, int structureSize, NetlinkFlags flags)
    {
        if (used > PieceSize - 512)
            EndPiece();
        messageAt = used;
        Span<byte> head = Take(NetlinkHeader.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], (ushort)type);
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], (ushort)flags);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], request.Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(head[12..], receiver);
        return Take(structureSize);
    }

    /// <summary>Ends the message.</summary>
    internal void End() => BinaryPrimitives.WriteInt32LittleEndian(current.AsSpan(messageAt), used - messageAt);

    internal void Put(int type, ReadOnlySpan<byte> value)
    {
        Span<byte> attribute = Take(AttributeHead + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)(AttributeHead + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute[2..], (ushort)type);
        value.CopyTo(attribute[AttributeHead..]);
    }

    internal void Put(int type, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Put(type, bytes);
    }

    internal void Put(int type, byte value) => Put(type, [value]);

    internal void Put(int type, string text) => Put(type, Encoding.UTF8.GetBytes(text + "\0"));

    internal void Put(int type, IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.IsV4)
            address.WriteV4(bytes);
        else
            address.WriteV6(bytes);
        Put(type, address.IsV4 ? bytes[..4] : bytes);
    }

    /// <summary>Begins an attribute that holds attributes; answers what <see cref="EndNested"/> wants.</summary>
    internal int BeginNested(int type)
    {
        int at = used;
        BinaryPrimitives.WriteUInt16LittleEndian(Take(AttributeHead)[2..], (ushort)type);
        return at;
    }

    internal void EndNested(int at) => BinaryPrimitives.WriteUInt16LittleEndian(current.AsSpan(at), (ushort)(used - at));

    /// <summary>The end of a dump.</summary>
    internal void PutDone()
    {
        const int NLMSG_DONE = 3;
        Begin(NLMSG_DONE, sizeof(int), NetlinkFlags.NLM_F_MULTI);
        End();
    }

    /// <summary>
    /// An answer: 0 or an errno, and what it is about. With <paramref name="isCapped"/> only the head of that; with
    /// <paramref name="explains"/> in words, too.
    /// </summary>
    internal void PutError(Errno error, byte[] original, bool isCapped, bool explains)
    {
        const int NLMSG_ERROR = 2, NLM_F_CAPPED = 0x100, NLM_F_ACK_TLVS = 0x200, NLMSGERR_ATTR_MSG = 1;
        bool isShort = error == 0 || isCapped;
        string? words = explains ? complaint : null;
        // As Linux does it, it is a datagram of its own: readers take the last message of one for the answer.
        EndPiece();
        ReadOnlySpan<byte> about = original.AsSpan(0, isShort ? NetlinkHeader.Size : original.Length);
        Span<byte> body = Begin(NLMSG_ERROR, sizeof(int) + about.Length, (NetlinkFlags)((isShort ? NLM_F_CAPPED : 0) | (words is null ? 0 : NLM_F_ACK_TLVS)));
        BinaryPrimitives.WriteInt32LittleEndian(body, -(int)error);
        about.CopyTo(body[sizeof(int)..]);
        if (words is not null)
            Put(NLMSGERR_ATTR_MSG, words);
        End();
    }

    /// <summary>The datagrams.</summary>
    internal List<byte[]> Finish()
    {
        EndPiece();
        return pieces;
    }

    private void EndPiece()
    {
        if (used > 0)
            pieces.Add(current[..used]);
        used = 0;
    }

    // Zeroed, and rounded up so that what follows is aligned.
    private Span<byte> Take(int length)
    {
        int rounded = (length + 3) & ~3;
        if (used + rounded > current.Length)
            Array.Resize(ref current, Math.Max(current.Length * 2, used + rounded));
        Span<byte> taken = current.AsSpan(used, rounded);
        taken.Clear();
        used += rounded;
        return taken[..length];
    }
}
