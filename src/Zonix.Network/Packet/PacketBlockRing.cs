using System.Buffers.Binary;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;

namespace Zonix.Network.Packet;

/// <summary>
/// Blocks of packets in memory that a program maps, of TPACKET_V3: packets of any length lie one behind the other, and a block is given
/// over when it is full, or its time is over. What the program writes is believed nowhere. packet_mmap of Linux's documentation.
/// </summary>
internal sealed class PacketBlockRing : IPacketRing, IExpiry
{
    /// <summary>Bytes of struct tpacket3_hdr.</summary>
    internal const int HeadSize = 48;

    private const int FullHeadSize = 68, BlockHeadSize = 48, PageSize = 4096, Alignment = 8, FrameAlignment = 16, LargestLinkSize = 16, Version = 2;
    private const int StatusAt = 8, DefaultRetireMs = 8;
    private const uint TP_STATUS_KERNEL = 0, TP_STATUS_USER = 1, TP_STATUS_LOSING = 4, TP_STATUS_BLK_TMO = 32, TP_STATUS_CSUM_VALID = 128;
    private const long NsPerSecond = 1_000_000_000, NsPerMs = 1_000_000;
    private readonly Lock gate = new();
    private readonly RingMemory memory;
    private readonly PacketRingLayout layout;
    private readonly KernelMachine machine;
    private readonly Action wake;
    private readonly KernelTimer timer;
    private readonly int reserve, first;
    private readonly byte[] head = new byte[FullHeadSize];
    private int block, packets, used, lastPacket;
    private uint freezes;
    private ulong sequence = 1;
    private long firstNs, lastNs;
    private bool isOpen, isGone;

    private PacketBlockRing(RingMemory memory, in PacketRingLayout layout, int reserve, KernelMachine machine, Action wake)
    {
        (this.memory, this.layout, this.reserve, this.machine, this.wake) = (memory, layout, reserve, machine, wake);
        first = BlockHeadSize + Align(layout.PrivateSize);
        timer = new KernelTimer(this);
    }

    /// <inheritdoc/>
    public bool HasFrames
    {
        get
        {
            lock (gate)
                return !isGone && memory.View.Read32(At(block == 0 ? layout.Blocks - 1 : block - 1) + StatusAt) != TP_STATUS_KERNEL;
        }
    }

    /// <summary>Makes one; <paramref name="wake"/> is told, on a timer's thread, of a block whose time is over. EINVAL: it cannot be laid out so; ENOMEM.</summary>
    internal static Errno Create(in PacketRingLayout layout, int reserve, KernelMachine machine, Action wake, out IPacketRing? ring)
    {
        ring = null;
        if (layout.BlockSize <= 0 || layout.BlockSize % PageSize != 0 || layout.FrameSize < FullHeadSize + reserve || layout.FrameSize % FrameAlignment != 0 ||
            layout.FrameSize > layout.BlockSize || layout.Blocks <= 0 || (long)layout.BlockSize / layout.FrameSize * layout.Blocks != layout.Frames ||
            layout.PrivateSize < 0 || layout.PrivateSize > layout.BlockSize - BlockHeadSize - Align(FullHeadSize + LargestLinkSize) - reserve || layout.RetireMs < 0)
            return Errno.EINVAL;
        Errno e = RingMemory.Create((long)layout.BlockSize * layout.Blocks, out RingMemory? memory);
        if (e == 0)
            ring = new PacketBlockRing(memory!, layout, reserve, machine, wake);
        return e;
    }

    /// <inheritdoc/>
    public uint TakeFreezes() => Interlocked.Exchange(ref freezes, 0);

    /// <inheritdoc/>
    public bool Put(ReadOnlySpan<byte> packet, int length, int linkSize, LinkName name, long timeNs, bool hasLost)
    {
        int network = AlignFrame(FullHeadSize + (linkSize == 0 ? 0 : LargestLinkSize)) + (linkSize == 0 ? LargestLinkSize : 0) + reserve;
        int start = network - linkSize;
        lock (gate)
        {
            if (isGone)
                return false;
            int kept = Math.Min(packet.Length, layout.BlockSize - first - start);
            int whole = Align(start + kept);
            if (isOpen && used + whole > layout.BlockSize)
                CloseLocked(0);
            if (!isOpen && !OpenLocked())
                return false;
            int at = At(block) + used;
            if (packets > 0)
                memory.View.Write32(At(block) + lastPacket, (uint)(used - lastPacket));
            head.AsSpan().Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), (uint)(timeNs / NsPerSecond));
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), (uint)(timeNs % NsPerSecond));
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), kept);
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), length);
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(20), TP_STATUS_USER | TP_STATUS_CSUM_VALID | (hasLost ? TP_STATUS_LOSING : 0));
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(24), (ushort)start);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(26), (ushort)network);
            name.Write(head.AsSpan(HeadSize));
            memory.View.Write(at, head);
            memory.View.Write(at + start, packet[..kept]);
            (lastPacket, used, lastNs) = (used, used + whole, timeNs);
            if (packets++ == 0)
                Begin(timeNs);
            return true;
        }
    }

    /// <inheritdoc/>
    public Errno GetMapping(ulong offset, ulong length, out FileMapping mapping) => memory.GetMapping(offset, length, out mapping);

    /// <inheritdoc/>
    void IExpiry.Expired(long nowNs)
    {
        lock (gate)
        {
            if (isGone || !isOpen || packets == 0)
                return;
            CloseLocked(TP_STATUS_BLK_TMO);
        }
        wake();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        machine.Scheduler.Timers.Cancel(timer);
        lock (gate)
        {
            isGone = true;
            memory.Dispose();
        }
    }

    // The first packet of a block: from now on its time runs.
    private void Begin(long timeNs)
    {
        firstNs = timeNs;
        machine.Scheduler.Timers.Arm(timer, machine.Clock.MonotonicNs + ((layout.RetireMs == 0 ? DefaultRetireMs : layout.RetireMs) * NsPerMs));
    }

    // False: the program has not given it back.
    private bool OpenLocked()
    {
        if (memory.View.Read32(At(block) + StatusAt) != TP_STATUS_KERNEL)
            return false;
        (isOpen, packets, used, lastPacket) = (true, 0, first, first);
        return true;
    }

    private void CloseLocked(uint status)
    {
        Span<byte> text = stackalloc byte[BlockHeadSize];
        text.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(text, Version);
        BinaryPrimitives.WriteInt32LittleEndian(text[4..], BlockHeadSize);
        BinaryPrimitives.WriteInt32LittleEndian(text[12..], packets);
        BinaryPrimitives.WriteInt32LittleEndian(text[16..], first);
        BinaryPrimitives.WriteInt32LittleEndian(text[20..], used);
        BinaryPrimitives.WriteUInt64LittleEndian(text[24..], sequence++);
        WriteTime(text[32..], firstNs);
        WriteTime(text[40..], lastNs);
        int at = At(block);
        memory.View.Write(at, text[..StatusAt]);
        memory.View.Write(at + StatusAt + 4, text[(StatusAt + 4)..]);
        memory.View.Write32(at + StatusAt, TP_STATUS_USER | status);
        isOpen = false;
        block = block + 1 == layout.Blocks ? 0 : block + 1;
        if (memory.View.Read32(At(block) + StatusAt) != TP_STATUS_KERNEL)
            freezes++;
    }

    private static void WriteTime(Span<byte> text, long timeNs)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(text, (uint)(timeNs / NsPerSecond));
        BinaryPrimitives.WriteUInt32LittleEndian(text[4..], (uint)(timeNs % NsPerSecond));
    }

    private static int Align(int size) => (size + Alignment - 1) & -Alignment;

    private static int AlignFrame(int size) => (size + FrameAlignment - 1) & -FrameAlignment;

    private int At(int number) => number * layout.BlockSize;
}
