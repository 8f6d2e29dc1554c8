using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Network;

/// <summary>What sockets over IP have in common: names, ports, groups, options. ip(7), ipv6(7).</summary>
internal abstract class InetSocket : IInetSocket
{
    private const int CAP_NET_BIND_SERVICE = 10, FirstUnprivileged = 1024;
    private IInode? inode;
    private List<(IpAddress Group, int Interface)>? groups;

    internal InetSocket(NetworkStack stack, IInode? inode, SocketFamily family, uint uid, SocketSettings? settings)
    {
        Stack = stack;
        this.inode = inode;
        Family = family;
        Uid = uid;
        Settings = settings ?? new SocketSettings();
        Local = Wildcard;
    }

    /// <summary>The inode; a connection has none until it is accepted.</summary>
    public IInode Inode => inode!;

    /// <inheritdoc/>
    public SocketFamily Family { get; private set; }

    /// <inheritdoc/>
    public abstract SocketKind Kind { get; }

    /// <inheritdoc/>
    public abstract int Protocol { get; }

    /// <inheritdoc/>
    public SocketSettings Settings { get; }

    /// <inheritdoc/>
    public virtual bool IsListening => false;

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue { get; } = new();

    /// <inheritdoc/>
    public MessageSender? PeerCredentials => null;

    /// <inheritdoc/>
    public SocketName Name => SocketName.OfInet(Family, Local, LocalPort);

    /// <inheritdoc/>
    public abstract SocketName? PeerName { get; }

    /// <inheritdoc/>
    public string Device { get; private set; } = "";

    internal NetworkStack Stack { get; }

    /// <summary>Who made it.</summary>
    internal uint Uid { get; }

    /// <summary>The own address; a wildcard: any.</summary>
    internal IpAddress Local { get; set; }

    /// <summary>The own port; 0: none yet.</summary>
    internal ushort LocalPort { get; set; }

    /// <summary>The other end's address.</summary>
    internal IpAddress Remote { get; set; }

    /// <summary>The other end's port; 0: there is none.</summary>
    internal ushort RemotePort { get; set; }

    /// <summary>The interface it is bound to, by index; 0: any.</summary>
    internal int DeviceIndex { get; private set; }

    internal PortBucket? Bucket { get; set; }

    internal InetSocket? NextOfPort { get; set; }

    internal InetSocket? PreviousOfPort { get; set; }

    internal bool IsV6Only => Family == SocketFamily.Inet6 && Settings.IsOn(SocketOption.V6Only);

    internal bool HasInode => inode is not null;

    /// <summary>Whether the address was given by bind(2), and stays when a connection is dissolved.</summary>
    protected bool HasBoundAddress { get; private protected set; }

    /// <summary>Whether the port was given by bind(2), and stays.</summary>
    protected bool HasBoundPort { get; private set; }

    protected IpAddress Wildcard => Family == SocketFamily.Inet ? IpAddress.AnyV4 : IpAddress.Any;

    /// <summary>The table of its protocol's ports; null: there are none.</summary>
    private protected abstract PortTable? Ports { get; }

    /// <summary>Whether two addresses, wildcards perhaps, have one in common.</summary>
    internal static bool Overlaps(IpAddress a, bool isAV6Only, IpAddress b, bool isBV6Only) =>
        a == b || Covers(a, isAV6Only, b) || Covers(b, isBV6Only, a);

    /// <summary>How well it fits what comes from a name to an address; 0: not at all.</summary>
    internal int Score(IpAddress address, IpAddress from, ushort fromPort, int interfaceIndex)
    {
        int score = 1;
        if (Local == address)
            score += 8;
        else if (!Local.IsAny || !Covers(Local, IsV6Only, address))
            return 0;
        else if (Local.IsV4 == address.IsV4)
            score += 2;
        return ScoreRest(score, from, fromPort, interfaceIndex);
    }

    /// <summary>The same for what is sent to a group or to everybody.</summary>
    internal int ScoreGroup(IpAddress group, IpAddress from, ushort fromPort, int interfaceIndex)
    {
        if (Local != group && !(Local.IsAny && Covers(Local, IsV6Only, group)))
            return 0;
        if (group.IsMulticast && !IsMember(group, interfaceIndex))
            return 0;
        return ScoreRest(1, from, fromPort, interfaceIndex);
    }

    /// <inheritdoc/>
    public virtual Errno Bind(KernelTask task, in SocketName name)
    {
        Errno e = CheckName(name);
        if (e != 0)
            return e;
        IpAddress address = name.Address;
        if (name.Port is not 0 and < FirstUnprivileged && !task.Credentials.Has(CAP_NET_BIND_SERVICE))
            return Errno.EACCES;
        bool isFree = Settings.IsOn(SocketOption.FreeBind) || Settings.IsOn(SocketOption.Transparent) || Settings.IsOn(SocketOption.V6FreeBind);
        if (!address.IsAny && !isFree && !Stack.HasAddress(address) && !(Kind != SocketKind.Stream && (address.IsMulticast || Stack.IsBroadcast(address))))
            return Errno.EADDRNOTAVAIL;
        if (LocalPort != 0 || IsBusy)
            return Errno.EINVAL;
        IpAddress before = Local;
        Local = address.IsAny && address.IsV4 && Family == SocketFamily.Inet6 ? IpAddress.AnyV4 : address.IsAny ? Wildcard : address;
        if (Ports is { } ports && !(name.Port == 0 && Settings.IsOn(SocketOption.BindAddressNoPort)))
            e = ports.Bind(this, name.Port, Stack.NowNs);
        if (e != 0)
            Local = before;
        else
            (HasBoundAddress, HasBoundPort) = (!address.IsAny, name.Port != 0);
        return e;
    }

    /// <inheritdoc/>
    public abstract Errno Listen(KernelTask task, int backlog);

    /// <inheritdoc/>
    public abstract Errno Connect(KernelTask task, in SocketName to, bool again, out WaitQueue? queue);

    /// <inheritdoc/>
    public abstract Errno Accept(KernelTask task, out ISocket? accepted);

    /// <inheritdoc/>
    public abstract Errno Address(KernelTask task, ref OutgoingMessage message);

    /// <inheritdoc/>
    public abstract SysResult Send(ref UserBuffer source, in OutgoingMessage message);

    /// <inheritdoc/>
    public abstract SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message);

    /// <inheritdoc/>
    public abstract SysResult Read(ref UserBuffer buffer, long offset);

    /// <inheritdoc/>
    public abstract SysResult Write(ref UserBuffer buffer, ref long offset);

    /// <inheritdoc/>
    public abstract PollEvents Poll(PollEvents interest);

    /// <inheritdoc/>
    public abstract Errno Shutdown(bool reads, bool writes);

    /// <inheritdoc/>
    public abstract Errno TakeError();

    /// <inheritdoc/>
    public abstract void Close();

    /// <summary>What it is at this moment; null: it is shown nowhere.</summary>
    internal abstract InetSocketState? State { get; }

    /// <inheritdoc/>
    public virtual bool Knows(SocketOption option) =>
        option is > SocketOption.None and < SocketOption.V6Only || (Family == SocketFamily.Inet6 && option is >= SocketOption.V6Only and < SocketOption.NoDelay);

    /// <inheritdoc/>
    public virtual Errno SetOption(SocketOption option, int value)
    {
        switch (option)
        {
            case SocketOption.V6Only when LocalPort != 0:
                return Errno.EINVAL;
            case SocketOption.Mtu or SocketOption.V6Mtu:
                return Errno.ENOPROTOOPT;
            case SocketOption.ZeroCopy:
                return Errno.EOPNOTSUPP;
            case SocketOption.TimeToLive when value == -1:
                value = 64;
                break;
            case SocketOption.MulticastTimeToLive when value == -1:
                value = 1;
                break;
            case SocketOption.BindToInterface:
                return BindToDevice(value);
        }
        return Settings.Set(option, value);
    }

    /// <inheritdoc/>
    public virtual int GetOption(SocketOption option) => option switch
    {
        SocketOption.UnicastHops => Settings[option] < 0 ? 64 : Settings[option],
        SocketOption.TypeOfService => Settings[option] & 0xFF,
        SocketOption.TrafficClass => Math.Max(0, Settings[option]),
        SocketOption.Mtu or SocketOption.V6Mtu => Stack.MtuTo(Remote),
        _ => Settings[option],
    };

    /// <inheritdoc/>
    public abstract SysResult Control(KernelTask task, uint request, UserAddress argument);

    /// <inheritdoc/>
    public Errno Join(IpAddress group, int interfaceIndex, IpAddress interfaceAddress)
    {
        Errno e = Stack.FindInterface(group, ref interfaceIndex, interfaceAddress);
        if (e != 0)
            return e;
        groups ??= [];
        lock (groups)
        {
            if (groups.Contains((group, interfaceIndex)))
                return Errno.EADDRINUSE;
            groups.Add((group, interfaceIndex));
        }
        Stack.CountGroup(group, 1);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Leave(IpAddress group, int interfaceIndex, IpAddress interfaceAddress)
    {
        Errno e = Stack.FindInterface(group, ref interfaceIndex, interfaceAddress);
        if (e != 0)
            return e;
        if (groups is null)
            return Errno.EADDRNOTAVAIL;
        lock (groups)
        {
            if (!groups.Remove((group, interfaceIndex)))
                return Errno.EADDRNOTAVAIL;
        }
        Stack.CountGroup(group, -1);
        return 0;
    }

    /// <inheritdoc/>
    public Errno BecomeVersion4()
    {
        if (Kind == SocketKind.Raw)
            return Errno.ENOPROTOOPT;
        if (PeerName is not { } peer)
            return Errno.ENOTCONN;
        if (!peer.Address.IsV4)
            return Errno.EADDRNOTAVAIL;
        Family = SocketFamily.Inet;
        return 0;
    }

    /// <inheritdoc/>
    public Errno BindToDevice(string name)
    {
        if (name.Length == 0)
        {
            (Device, DeviceIndex) = ("", 0);
            return 0;
        }
        if (Stack.Interfaces.FirstOrDefault(one => one.Name == name) is not { } found)
            return Errno.ENODEV;
        (Device, DeviceIndex) = (found.Name, found.Index);
        return 0;
    }

    /// <summary>Gives a connection that is taken its inode.</summary>
    protected void SetInode(IInode made) => inode = made;

    /// <summary>Leaves all groups: it closes.</summary>
    protected void LeaveGroups()
    {
        if (groups is null)
            return;
        lock (groups)
        {
            groups.ForEach(one => Stack.CountGroup(one.Group, -1));
            groups.Clear();
        }
    }

    /// <summary>The interface that what is sent to a name goes by, when that is said: of the socket, the name's scope, or the option for groups; 0: any.</summary>
    protected int DeviceTo(IpAddress address, in SocketName to)
    {
        if (DeviceIndex != 0)
            return DeviceIndex;
        if (to.Interface != 0 && (address.IsLinkLocal || (address.IsMulticast && !address.IsV4)))
            return (int)to.Interface;
        if (!address.IsMulticast)
            return 0;
        if (!address.IsV4)
            return Settings[SocketOption.V6MulticastInterface];
        int index = 0;
        uint chosen = (uint)Settings[SocketOption.MulticastInterface];
        return chosen != 0 && Stack.FindInterface(address, ref index, IpAddress.V4(chosen)) == 0 ? index : 0;
    }

    /// <summary>Whether it has a connection or listens, and so cannot be named.</summary>
    protected virtual bool IsBusy => false;

    /// <summary>Whether a name is one of its family. EAFNOSUPPORT, EINVAL.</summary>
    protected Errno CheckName(in SocketName name)
    {
        if (name.Family != Family)
            return Errno.EAFNOSUPPORT;
        return IsV6Only && name.Address.IsV4 ? Errno.EINVAL : 0;
    }

    /// <summary>Takes a free port, if it has none. EADDRINUSE.</summary>
    protected Errno TakePort() => Bucket is not null || Ports is null ? 0 : Ports.Bind(this, HasBoundPort ? LocalPort : (ushort)0, Stack.NowNs);

    // A socket that has joined no group hears, as on Linux, those that others of the zone have joined.
    protected bool IsMember(IpAddress group, int interfaceIndex)
    {
        if (groups is { } joined)
        {
            lock (joined)
            {
                if (joined.Exists(one => one.Group == group && (one.Interface == 0 || one.Interface == interfaceIndex)))
                    return true;
            }
        }
        return Settings.IsOn(Family == SocketFamily.Inet ? SocketOption.MulticastAll : SocketOption.V6MulticastAll) && Stack.IsJoined(group);
    }

    private static bool Covers(IpAddress wildcard, bool isV6Only, IpAddress address)
    {
        if (!wildcard.IsAny)
            return false;
        return wildcard.IsV4 ? address.IsV4 : !isV6Only || !address.IsV4;
    }

    private int ScoreRest(int score, IpAddress from, ushort fromPort, int interfaceIndex)
    {
        if (RemotePort != 0)
        {
            if (RemotePort != fromPort || Remote != from)
                return 0;
            score += 16;
        }
        if (DeviceIndex != 0)
        {
            if (DeviceIndex != interfaceIndex)
                return 0;
            score += 4;
        }
        return score;
    }

    private Errno BindToDevice(int index)
    {
        if (index == 0)
            return BindToDevice("");
        return Stack.Interfaces.FirstOrDefault(one => one.Index == index) is { } found ? BindToDevice(found.Name) : Errno.ENODEV;
    }
}
