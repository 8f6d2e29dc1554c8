using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;
using Zonix.Network.Raw;
using Zonix.Network.Udp;

namespace Zonix.Network.Packet;

/// <summary>
/// A packet socket: it sees what goes through interfaces, with the head of Ethernet (SOCK_RAW) or without, and sends such. packet(7).
/// </summary>
internal sealed partial class PacketSocket : IPacketSocket, IMappable
{
    private const ushort AllProtocols = 3;
    private const int TPACKET_V2 = 1, TPACKET_V3 = 2;
    private const uint FIONREAD = 0x541B, TIOCOUTQ = 0x5411;
    private readonly Lock gate = new();
    private readonly List<(int Interface, ushort Type)> memberships = [];
    private readonly NetworkStack stack;
    private readonly DatagramQueue queue;
    private volatile IPacketRing? ring;
    private volatile LinkName place;
    private uint packets, dropped;
    private bool hasLost;

    internal PacketSocket(NetworkStack stack, IInode inode, SocketKind kind, ushort protocol)
    {
        this.stack = stack;
        Inode = inode;
        Kind = kind;
        place = new LinkName(protocol, 0);
        queue = new DatagramQueue(this, stack.Buffers);
        stack.Taps.Add(this);
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <inheritdoc/>
    public SocketFamily Family => SocketFamily.Packet;

    /// <inheritdoc/>
    public SocketKind Kind { get; }

    /// <inheritdoc/>
    public int Protocol => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(place.Protocol);

    /// <inheritdoc/>
    public SocketSettings Settings { get; } = new();

    /// <inheritdoc/>
    public bool IsListening => false;

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue { get; } = new();

    /// <inheritdoc/>
    public SocketName Name
    {
        get
        {
            NetworkInterface? bound = Find(place.Interface);
            return SocketName.OfLink(place with { HardwareType = bound?.HardwareType ?? 0, Address = bound?.HardwareAddress });
        }
    }

    /// <inheritdoc/>
    public SocketName? PeerName => null;

    /// <inheritdoc/>
    public MessageSender? PeerCredentials => null;

    /// <summary>Shows it a packet at an interface. Any thread; a stream's gate may be held, and is not taken by whom this wakes.</summary>
    internal void Hear(NetworkInterface by, IpPacket packet, PacketKind kind)
    {
        LinkName here = place;
        bool isAll = here.Protocol == AllProtocols;
        if (!isAll && (here.Protocol != packet.Protocol || kind == PacketKind.Outgoing))
            return;
        if ((here.Interface != 0 && here.Interface != by.Index) || (kind == PacketKind.Outgoing && Settings.IsOn(SocketOption.PacketIgnoreOutgoing)))
            return;
        bool hasLink = Kind == SocketKind.Raw;
        ReadOnlySpan<byte> shown = hasLink ? packet.Frame : packet.Bytes;
        int length = shown.Length;
        if (Settings.Filter is { } filter)
        {
            var facts = new PacketFacts(packet.Protocol, (byte)kind, by.Index, by.HardwareType);
            uint kept = filter.Run(new PacketData(shown, hasLink ? IpPacket.LinkSize : 0, facts));
            if (kept == 0)
                return;
            shown = shown[..(int)Math.Min(kept, (uint)length)];
        }
        var name = new LinkName(packet.Protocol, by.Index, by.HardwareType, kind, packet.Link.Slice(6, 6).ToArray());
        bool isIn = ring is { } frames ? Put(frames, shown, length, hasLink, name) : Enqueue(shown, length, name);
        lock (gate)
        {
            packets++;
            if (!isIn)
                dropped++;
            hasLost = !isIn;
        }
    }

    /// <inheritdoc/>
    public Errno Bind(KernelTask task, in SocketName name)
    {
        if (name.Link is not { } wanted)
            return Errno.EINVAL;
        if (wanted.Interface != 0 && Find(wanted.Interface) is null)
            return Errno.ENODEV;
        place = new LinkName(wanted.Protocol != 0 ? wanted.Protocol : place.Protocol, wanted.Interface);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Listen(KernelTask task, int backlog) => Errno.EOPNOTSUPP;

    /// <inheritdoc/>
    public Errno Connect(KernelTask task, in SocketName to, bool again, out WaitQueue? queue)
    {
        queue = null;
        return Errno.EOPNOTSUPP;
    }

    /// <inheritdoc/>
    public Errno Accept(KernelTask task, out ISocket? accepted)
    {
        accepted = null;
        return Errno.EOPNOTSUPP;
    }

    /// <inheritdoc/>
    public Errno Shutdown(bool reads, bool writes) => Errno.EOPNOTSUPP;

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        PollEvents events = queue.Poll();
        return ring is { HasFrames: true } ? events | PollEvents.POLLIN | PollEvents.POLLRDNORM : events;
    }

    /// <inheritdoc/>
    public Errno TakeError() => queue.TakeError();

    /// <inheritdoc/>
    public bool Knows(SocketOption option) => option is > SocketOption.None and < SocketOption.TypeOfService or >= SocketOption.PacketReceiveOutput and < SocketOption.Count;

    /// <inheritdoc/>
    public Errno SetOption(SocketOption option, int value)
    {
        switch (option)
        {
            // Version 1 is refused, so that libraries fall back to 2.
            case SocketOption.PacketVersion when value is not (TPACKET_V2 or TPACKET_V3):
                return Errno.EINVAL;
            case SocketOption.PacketVersion or SocketOption.PacketReserve when ring is not null:
                return Errno.EBUSY;
            case SocketOption.PacketReserve when value is < 0 or > 65536:
                return Errno.EINVAL;
            case SocketOption.ZeroCopy:
                return Errno.EOPNOTSUPP;
            default:
                return Settings.Set(option, value);
        }
    }

    /// <inheritdoc/>
    public int GetOption(SocketOption option) => Settings[option];

    /// <inheritdoc/>
    public Errno SetRing(in PacketRingLayout layout)
    {
        lock (gate)
        {
            if (layout.Blocks == 0)
            {
                ring?.Dispose();
                ring = null;
                return layout.Frames == 0 ? 0 : Errno.EINVAL;
            }
            if (ring is not null)
                return Errno.EBUSY;
            int version = Settings[SocketOption.PacketVersion];
            if (version is not (TPACKET_V2 or TPACKET_V3))
                return Errno.EINVAL;
            int reserve = Settings[SocketOption.PacketReserve];
            Errno e = version == TPACKET_V2
                ? PacketRing.Create(layout, reserve, out IPacketRing? made)
                : PacketBlockRing.Create(layout, reserve, stack.Machine, ReadQueue.WakeAll, out made);
            ring = made;
            return e;
        }
    }

    /// <inheritdoc/>
    public (uint Packets, uint Dropped, uint Freezes) TakeStatistics()
    {
        lock (gate)
        {
            (uint, uint, uint) taken = (packets, dropped, ring?.TakeFreezes() ?? 0);
            (packets, dropped, hasLost) = (0, 0, false);
            return taken;
        }
    }

    /// <inheritdoc/>
    public Errno SetMembership(int interfaceIndex, ushort type, bool joins)
    {
        // A wire here brings nobody what is for others: there is nothing more to be heard, but who asks is remembered.
        if (joins && Find(interfaceIndex) is null)
            return Errno.ENODEV;
        lock (gate)
        {
            if (joins)
                memberships.Add((interfaceIndex, type));
            return joins || memberships.Remove((interfaceIndex, type)) ? 0 : Errno.EADDRNOTAVAIL;
        }
    }

    /// <inheritdoc/>
    public Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping)
    {
        mapping = default;
        return ring is { } frames ? frames.GetMapping(offset, length, out mapping) : Errno.EINVAL;
    }

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument) => request switch
    {
        FIONREAD => task.Memory.TryWrite(argument, queue.FirstLength) ? 0 : Errno.EFAULT,
        TIOCOUTQ => task.Memory.TryWrite(argument, 0) ? 0 : Errno.EFAULT,
        _ => Errno.ENOTTY,
    };

    /// <inheritdoc/>
    public void Close()
    {
        stack.Taps.Remove(this);
        place = new LinkName(0, 0);
        queue.Close();
    }

    private bool Put(IPacketRing frames, ReadOnlySpan<byte> shown, int length, bool hasLink, LinkName name)
    {
        if (!frames.Put(shown, length, hasLink ? IpPacket.LinkSize : 0, name, stack.RealtimeNs, hasLost))
            return false;
        ReadQueue.WakeAll();
        return true;
    }

    private bool Enqueue(ReadOnlySpan<byte> shown, int length, LinkName name)
    {
        var datagram = new Datagram(shown.Length) { Link = name, OriginalLength = length };
        shown.CopyTo(datagram.Data);
        stack.Stamp(Settings, datagram);
        return queue.Deliver(datagram);
    }

    private NetworkInterface? Find(int index) => stack.Interfaces.FirstOrDefault(one => one.Index == index);
}
