using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Network;

/// <summary>What sockets of messages over IP have in common: a queue of what came, and no connections to accept. udp(7), raw(7), icmp(7).</summary>
internal abstract class MessageSocket : InetSocket
{
    private const uint FIONREAD = 0x541B, TIOCOUTQ = 0x5411;

    private protected MessageSocket(NetworkStack stack, IInode inode, SocketFamily family, uint uid)
        : base(stack, inode, family, uid, null) => Queue = new DatagramQueue(this, stack.Buffers);

    /// <inheritdoc/>
    internal override InetSocketState? State
    {
        get
        {
            Inode.GetAttributes(out InodeAttributes attributes);
            return new InetSocketState(
                this, Family, Protocol, ShownName, SocketName.OfInet(Family, HasPeer ? Remote : Wildcard, ShownPeerPort),
                HasPeer ? TcpState.Established : TcpState.Close, 0, Queue.Charged, Uid, attributes.Inode, 0, Queue.Dropped);
        }
    }

    /// <summary>What has come in.</summary>
    private protected DatagramQueue Queue { get; }

    /// <summary>Whether connect(2) has named the other end.</summary>
    private protected abstract bool HasPeer { get; }

    /// <summary>Its name in lists of sockets.</summary>
    private protected virtual SocketName ShownName => Name;

    /// <summary>The other end's port in lists of sockets.</summary>
    private protected virtual ushort ShownPeerPort => 0;

    /// <inheritdoc/>
    public sealed override Errno Listen(KernelTask task, int backlog) => Errno.EOPNOTSUPP;

    /// <inheritdoc/>
    public sealed override Errno Accept(KernelTask task, out ISocket? accepted)
    {
        accepted = null;
        return Errno.EOPNOTSUPP;
    }

    /// <inheritdoc/>
    public override SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message) =>
        Queue.Receive(ref target, flags, out message);

    /// <inheritdoc/>
    public sealed override SysResult Read(ref UserBuffer buffer, long offset) => Receive(ref buffer, 0, out _);

    /// <inheritdoc/>
    public sealed override SysResult Write(ref UserBuffer buffer, ref long offset) => Send(ref buffer, default);

    /// <inheritdoc/>
    public sealed override PollEvents Poll(PollEvents interest) => Queue.Poll();

    /// <inheritdoc/>
    public sealed override Errno TakeError() => Queue.TakeError();

    /// <inheritdoc/>
    public sealed override Errno Shutdown(bool reads, bool writes)
    {
        Queue.Shut(reads, writes);
        return HasPeer ? 0 : Errno.ENOTCONN;
    }

    /// <inheritdoc/>
    public override Errno SetOption(SocketOption option, int value)
    {
        Errno e = base.SetOption(option, value);
        if (e == 0 && value == 0 && option is SocketOption.ReceiveError or SocketOption.V6ReceiveError)
            Queue.ForgetErrors();
        return e;
    }

    /// <inheritdoc/>
    public sealed override SysResult Control(KernelTask task, uint request, UserAddress argument) => request switch
    {
        FIONREAD => task.Memory.TryWrite(argument, Queue.FirstLength) ? 0 : Errno.EFAULT,
        TIOCOUTQ => task.Memory.TryWrite(argument, 0) ? 0 : Errno.EFAULT,
        _ => Errno.ENOTTY,
    };

    /// <inheritdoc/>
    public override void Close()
    {
        LeaveGroups();
        Ports?.Remove(this);
        Queue.Close();
    }

    /// <summary>What it sent did not arrive. ip(7), IP_RECVERR.</summary>
    internal void Report(in PacketError why, ReadOnlySpan<byte> data, IpAddress to, ushort port = 0)
    {
        bool keeps = Settings.IsOn(SocketOption.ReceiveError) || Settings.IsOn(SocketOption.V6ReceiveError);
        if (keeps || HasPeer)
            Queue.Report(why, data, SocketName.OfInet(Family, to, port), keeps);
    }

    /// <summary>The error that waits to be told, or that of a socket that was shut down; else 0, and it may send.</summary>
    private protected Errno CheckSend()
    {
        Errno e = Queue.TakeError();
        return e != 0 ? e : Queue.IsSendShut ? Errno.EPIPE : 0;
    }
}
