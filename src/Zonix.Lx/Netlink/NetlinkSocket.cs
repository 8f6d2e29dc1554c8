using System.Buffers.Binary;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Netlink;

/// <summary>A socket to talk with the kernel. netlink(7). Requests are answered in the call that sends them.</summary>
internal sealed class NetlinkSocket : ISocket
{
    private const int NETLINK_ROUTE = 0, NETLINK_USERSOCK = 2, NETLINK_SOCK_DIAG = 4, NETLINK_KOBJECT_UEVENT = 15, NETLINK_GENERIC = 16;
    private const int LastProtocol = 31, CAP_NET_ADMIN = 12, LargestGroup = 64;
    private const uint FIONREAD = 0x541B;

    // What a message costs beside its bytes, so that many empty ones fill a queue, too.
    private const int Overhead = 768;
    private readonly Lock gate = new();
    private readonly Queue<(byte[] Data, uint Group)> received = new();
    private readonly NetlinkPorts ports;
    private readonly INetlinkService? service;
    private int queued;
    private uint number, peerNumber, peerGroups;
    private bool isConnected;
    private Errno error;

    private NetlinkSocket(IInode inode, SocketKind kind, int protocol, NetlinkPorts ports, INetlinkService? service)
    {
        Inode = inode;
        Kind = kind;
        Protocol = protocol;
        this.ports = ports;
        this.service = service;
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <inheritdoc/>
    public SocketFamily Family => SocketFamily.Netlink;

    /// <inheritdoc/>
    public SocketKind Kind { get; }

    /// <inheritdoc/>
    public int Protocol { get; }

    /// <inheritdoc/>
    public SocketSettings Settings { get; } = new();

    /// <inheritdoc/>
    public bool IsListening => false;

    /// <inheritdoc/>
    public SocketName Name => SocketName.OfNetlink(number, (uint)Memberships);

    /// <inheritdoc/>
    public SocketName? PeerName => SocketName.OfNetlink(peerNumber, peerGroups);

    /// <inheritdoc/>
    public MessageSender? PeerCredentials => null;

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue { get; } = new();

    /// <summary>The groups it listens to, a bit each. NETLINK_LIST_MEMBERSHIPS.</summary>
    internal ulong Memberships { get; private set; }

    /// <summary>Its number; 0: it has none yet.</summary>
    internal uint Number => number;

    /// <summary>Makes one. ESOCKTNOSUPPORT, EPROTONOSUPPORT.</summary>
    internal static Errno Create(KernelTask task, LxBrand brand, SocketKind kind, int protocol, out ISocket? socket)
    {
        socket = null;
        if (kind is not SocketKind.Raw and not SocketKind.Datagram)
            return Errno.ESOCKTNOSUPPORT;
        if (protocol is < 0 or > LastProtocol)
            return Errno.EPROTONOSUPPORT;
        INetlinkService? service = protocol switch
        {
            NETLINK_ROUTE => brand.Network is { } network ? new RouteService(network) : null,
            NETLINK_SOCK_DIAG => new DiagnosisService(brand),
            NETLINK_GENERIC => new GenericService(),
            _ => null,
        };
        if (service is null && protocol is not (NETLINK_USERSOCK or NETLINK_KOBJECT_UEVENT))
            return Errno.EPROTONOSUPPORT;
        socket = new NetlinkSocket(SocketInode.Create(task), kind, protocol, brand.NetlinkPorts, service);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Bind(KernelTask task, in SocketName name)
    {
        if (name.Family != SocketFamily.Netlink)
            return Errno.EINVAL;
        if (number != 0 && name.Number != 0 && number != name.Number)
            return Errno.EINVAL;
        if (name.Groups != 0 && !MayListen(task))
            return Errno.EPERM;
        if (number == 0)
        {
            Errno e = TakeNumber(task, name.Number);
            if (e != 0)
                return e;
        }
        Memberships = (Memberships & ~(ulong)uint.MaxValue) | name.Groups;
        return 0;
    }

    /// <summary>Listens to a group, or no longer. NETLINK_ADD_MEMBERSHIP.</summary>
    internal Errno SetMembership(int group, bool isMember)
    {
        if (group is < 1 or > LargestGroup)
            return Errno.EINVAL;
        ulong bit = 1UL << (group - 1);
        Memberships = isMember ? Memberships | bit : Memberships & ~bit;
        return 0;
    }

    /// <inheritdoc/>
    public Errno Listen(KernelTask task, int backlog) => Errno.EOPNOTSUPP;

    /// <inheritdoc/>
    public Errno Accept(KernelTask task, out ISocket? accepted)
    {
        accepted = null;
        return Errno.EOPNOTSUPP;
    }

    /// <inheritdoc/>
    public Errno Connect(KernelTask task, in SocketName to, bool again, out WaitQueue? queue)
    {
        queue = null;
        if (to.Family == SocketFamily.Unspecified)
        {
            (isConnected, peerNumber, peerGroups) = (false, 0, 0);
            return 0;
        }
        if (to.Family != SocketFamily.Netlink)
            return Errno.EINVAL;
        Errno e = number == 0 ? TakeNumber(task, 0) : 0;
        if (e == 0)
            (isConnected, peerNumber, peerGroups) = (true, to.Number, to.Groups);
        return e;
    }

    /// <inheritdoc/>
    public Errno Address(KernelTask task, ref OutgoingMessage message)
    {
        if ((message.Flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        if (message.To.Family is not (SocketFamily.Unspecified or SocketFamily.Netlink))
            return Errno.EINVAL;
        uint to = message.To.Family == SocketFamily.Netlink ? message.To.Number : peerNumber;
        uint groups = message.To.Family == SocketFamily.Netlink ? message.To.Groups : peerGroups;
        if ((to != 0 || groups != 0) && !task.Credentials.Has(CAP_NET_ADMIN) && Protocol != NETLINK_USERSOCK)
            return Errno.EPERM;
        message.Target = to == 0 ? null : ports.Find(Protocol, to);
        if (to != 0 && message.Target is null)
            return Errno.ECONNREFUSED;
        return number == 0 ? TakeNumber(task, 0) : 0;
    }

    /// <inheritdoc/>
    public SysResult Send(ref UserBuffer source, in OutgoingMessage message)
    {
        if (source.Remaining > (ulong)Settings[SocketOption.SendBuffer] - 32)
            return Errno.EMSGSIZE;
        var data = new byte[source.Remaining];
        if (source.CopyIn(data) < data.Length)
            return Errno.EFAULT;
        if (message.Target is NetlinkSocket other)
            other.Deliver(data, 0, number);
        else if (Kernel.Scheduling.Worker.Current?.Running is { } task)
            Answer(task, data);
        return data.Length;
    }

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        if (Kernel.Scheduling.Worker.Current?.Running is not { } task)
            return Errno.EINVAL;
        var message = new OutgoingMessage { Sender = MessageSender.Of(task) };
        Errno e = Address(task, ref message);
        return e != 0 ? e : Send(ref buffer, message);
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => Receive(ref buffer, 0, out _);

    /// <inheritdoc/>
    public SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message)
    {
        message = default;
        if ((flags & MessageFlags.MSG_OOB) != 0)
            return Errno.EOPNOTSUPP;
        byte[] data;
        uint group;
        lock (gate)
        {
            if (error != 0)
                return TakeErrorLocked();
            if (received.Count == 0)
                return Errno.EAGAIN;
            (data, group) = received.Peek();
            if ((flags & MessageFlags.MSG_PEEK) == 0)
            {
                received.Dequeue();
                queued -= Overhead + data.Length;
            }
        }
        int part = (int)Math.Min((ulong)data.Length, target.Remaining);
        message.Length = data.Length;
        message.Flags = part < data.Length ? MessageFlags.MSG_TRUNC : 0;
        message.From = SocketName.OfNetlink(0, group == 0 ? 0 : 1u << (int)(group - 1));
        message.Group = group;
        return target.CopyOut(data.AsSpan(0, part)) < part ? Errno.EFAULT : part;
    }

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        PollEvents events = PollEvents.POLLOUT | PollEvents.POLLWRNORM | PollEvents.POLLWRBAND;
        lock (gate)
        {
            if (received.Count > 0)
                events |= PollEvents.POLLIN | PollEvents.POLLRDNORM;
            if (error != 0)
                events |= PollEvents.POLLERR;
        }
        return events;
    }

    /// <inheritdoc/>
    public Errno Shutdown(bool reads, bool writes) => Errno.EOPNOTSUPP;

    /// <inheritdoc/>
    public Errno TakeError()
    {
        lock (gate)
            return TakeErrorLocked();
    }

    /// <inheritdoc/>
    public bool Knows(SocketOption option) => option is (> SocketOption.None and < SocketOption.TypeOfService) or >= SocketOption.NetlinkPacketInfo;

    /// <inheritdoc/>
    public Errno SetOption(SocketOption option, int value) => option == SocketOption.ReusePort ? Errno.EOPNOTSUPP : Settings.Set(option, value);

    /// <inheritdoc/>
    public int GetOption(SocketOption option) => Settings[option];

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        if (request != FIONREAD)
            return Errno.ENOTTY;
        int first;
        lock (gate)
            first = received.Count > 0 ? received.Peek().Data.Length : 0;
        return task.Memory.TryWrite(argument, first) ? 0 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public void Close() => ports.Remove(this);

    /// <summary>Puts a datagram into its queue; who does not read loses it and is told. Any thread.</summary>
    internal void Deliver(byte[] data, uint group, uint from)
    {
        lock (gate)
        {
            if (queued > Settings[SocketOption.ReceiveBuffer])
            {
                if (!Settings.IsOn(SocketOption.NetlinkNoBuffers))
                    error = Errno.ENOBUFS;
            }
            else
            {
                received.Enqueue((data, group));
                queued += Overhead + data.Length;
            }
        }
        ReadQueue.WakeAll();
    }

    private void Answer(KernelTask task, byte[] data)
    {
        const int NLMSG_MIN_TYPE = 16;
        int at = 0;
        while (data.Length - at >= NetlinkHeader.Size)
        {
            NetlinkHeader header = NetlinkHeader.Read(data.AsSpan(at));
            if (header.Length < NetlinkHeader.Size || header.Length > data.Length - at)
                return;
            byte[] message = data[at..(at + header.Length)];
            at += (header.Length + 3) & ~3;
            if ((header.Flags & NetlinkFlags.NLM_F_REQUEST) == 0)
                continue;
            var answer = new NetlinkWriter(header, number);
            var request = new NetlinkRequest(task, header, message);
            Errno e = header.Type < NLMSG_MIN_TYPE ? 0 : service is null ? Errno.ECONNREFUSED : service.Handle(request, answer);
            bool isAnswered = e == 0 && request.IsDump && header.Type >= NLMSG_MIN_TYPE;
            if (!isAnswered && (e != 0 || (header.Flags & NetlinkFlags.NLM_F_ACK) != 0))
                answer.PutError(e, message, Settings.IsOn(SocketOption.NetlinkCapAck), Settings.IsOn(SocketOption.NetlinkExtendedAck));
            foreach (byte[] piece in answer.Finish())
                Deliver(piece, 0, 0);
        }
    }

    private bool MayListen(KernelTask task) => Protocol is NETLINK_ROUTE or NETLINK_KOBJECT_UEVENT or NETLINK_GENERIC or NETLINK_USERSOCK ||
        task.Credentials.Has(CAP_NET_ADMIN);

    private Errno TakeNumber(KernelTask task, uint wanted)
    {
        uint got = ports.Add(this, wanted, (uint)task.Process.Pid.Value);
        if (got == 0)
            return Errno.EADDRINUSE;
        number = got;
        return 0;
    }

    private Errno TakeErrorLocked()
    {
        Errno e = error;
        error = 0;
        return e;
    }
}
