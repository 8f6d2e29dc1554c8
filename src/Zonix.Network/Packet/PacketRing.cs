using System.Buffers.Binary;

namespace Zonix.Network.Packet;

/// <summary>
/// Frames in memory that a program maps, of TPACKET_V2: the kernel fills the next one and gives it over, the program gives it back. What the
/// program writes is believed nowhere. packet(7), PACKET_RX_RING.
/// </summary>
internal sealed class PacketRing : IPacketRing
{
    /// <summary>Bytes of struct tpacket2_hdr, and with the name behind it.</summary>
    internal const int HeadSize = 32, FullHeadSize = 52;

    private const int PageSize = 4096, Alignment = 16, LargestLinkSize = 16;
    private const uint TP_STATUS_KERNEL = 0, TP_STATUS_USER = 1, TP_STATUS_LOSING = 4, TP_STATUS_CSUM_VALID = 128;
    private const long NsPerSecond = 1_000_000_000;
    private readonly Lock gate = new();
    private readonly RingMemory memory;
    private readonly PacketRingLayout layout;
    private readonly int reserve;
    private readonly byte[] filled;
    private int next;

    private PacketRing(RingMemory memory, in PacketRingLayout layout, int reserve)
    {
        (this.memory, this.layout, this.reserve) = (memory, layout, reserve);
        filled = new byte[layout.FrameSize];
    }

    /// <inheritdoc/>
    public bool HasFrames
    {
        get
        {
            lock (gate)
                return memory.View.Read32(At(next == 0 ? layout.Frames - 1 : next - 1)) != TP_STATUS_KERNEL;
        }
    }

    /// <summary>Makes one. EINVAL: it cannot be laid out so; ENOMEM.</summary>
    internal static Errno Create(in PacketRingLayout layout, int reserve, out IPacketRing? ring)
    {
        ring = null;
        long size = (long)layout.BlockSize * layout.Blocks;
        if (layout.BlockSize <= 0 || layout.BlockSize % PageSize != 0 || layout.FrameSize < FullHeadSize + reserve || layout.FrameSize % Alignment != 0 ||
            layout.FrameSize > layout.BlockSize || layout.Blocks <= 0 || (long)layout.BlockSize / layout.FrameSize * layout.Blocks != layout.Frames)
            return Errno.EINVAL;
        Errno e = RingMemory.Create(size, out RingMemory? memory);
        if (e == 0)
            ring = new PacketRing(memory!, layout, reserve);
        return e;
    }

    /// <inheritdoc/>
    public uint TakeFreezes() => 0;

    /// <inheritdoc/>
    public bool Put(ReadOnlySpan<byte> packet, int length, int linkSize, LinkName name, long timeNs, bool hasLost)
    {
        int network = linkSize == 0 ? Align(FullHeadSize) + LargestLinkSize + reserve : Align(FullHeadSize + LargestLinkSize) + reserve;
        int start = network - linkSize;
        lock (gate)
        {
            int at = At(next);
            if (memory.View.Read32(at) != TP_STATUS_KERNEL)
                return false;
            int kept = Math.Min(packet.Length, layout.FrameSize - start);
            Span<byte> head = filled.AsSpan(0, start);
            head.Clear();
            BinaryPrimitives.WriteInt32LittleEndian(head[4..], length);
            BinaryPrimitives.WriteInt32LittleEndian(head[8..], kept);
            BinaryPrimitives.WriteUInt16LittleEndian(head[12..], (ushort)start);
            BinaryPrimitives.WriteUInt16LittleEndian(head[14..], (ushort)network);
            BinaryPrimitives.WriteUInt32LittleEndian(head[16..], (uint)(timeNs / NsPerSecond));
            BinaryPrimitives.WriteUInt32LittleEndian(head[20..], (uint)(timeNs % NsPerSecond));
            name.Write(head[HeadSize..]);
            memory.View.Write(at + 4, head[4..]);
            memory.View.Write(at + start, packet[..kept]);
            memory.View.Write32(at, TP_STATUS_USER | TP_STATUS_CSUM_VALID | (hasLost ? TP_STATUS_LOSING : 0));
            next = next + 1 == layout.Frames ? 0 : next + 1;
            return true;
        }
    }

    /// <inheritdoc/>
    public Errno GetMapping(ulong offset, ulong length, out FileMapping mapping) => memory.GetMapping(offset, length, out mapping);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
            memory.Dispose();
    }

    private static int Align(int size) => (size + Alignment - 1) & -Alignment;

    private int At(int frame)
    {
        int ofBlock = layout.BlockSize / layout.FrameSize;
        return (frame / ofBlock * layout.BlockSize) + (frame % ofBlock * layout.FrameSize);
    }
}
