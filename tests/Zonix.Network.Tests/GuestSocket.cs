using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Vfs;

namespace Zonix.Network.Tests;

/// <summary>A zone's socket, used as a program would that waits.</summary>
internal sealed class GuestSocket : IDisposable
{
    private readonly Wire wire;

    public GuestSocket(Wire wire, NetworkStack stack, SocketFamily family, SocketKind kind, int protocol = 0)
    {
        this.wire = wire;
        Assert.Equal((Errno)0, stack.Create(wire.Task, SocketInode.Create(wire.Task), family, kind, protocol, out ISocket? made));
        Socket = made!;
    }

    private GuestSocket(Wire wire, ISocket socket) => (this.wire, Socket) = (wire, socket);

    public ISocket Socket { get; }

    public Errno Connect(IpAddress to, int port)
    {
        SocketName name = SocketName.OfInet(Socket.Family, to, (ushort)port);
        bool again = false;
        return Bell.Until(Socket.WriteQueue, () =>
        {
            Errno e = Socket.Connect(wire.Task, name, again, out _);
            again = true;
            return (e is not (Errno.EINPROGRESS or Errno.EALREADY), e);
        });
    }

    public Errno Bind(IpAddress address, int port) => Socket.Bind(wire.Task, SocketName.OfInet(Socket.Family, address, (ushort)port));

    public Errno Listen(int backlog = 16) => Socket.Listen(wire.Task, backlog);

    public GuestSocket Accept() => Bell.Until(Socket.ReadQueue, () =>
    {
        Errno e = Socket.Accept(wire.Task, out ISocket? accepted);
        return (e != Errno.EAGAIN, e == 0 ? new GuestSocket(wire, accepted!) : null!);
    });

    /// <summary>Sends all of it; answers the error that kept it from that.</summary>
    public Errno Send(byte[] data)
    {
        var buffer = new UserBuffer(data, 0, data.Length);
        return Bell.Until(Socket.WriteQueue, () =>
        {
            while (buffer.Remaining > 0)
            {
                SysResult sent = Socket.Send(ref buffer, default);
                if (sent.IsError)
                    return (sent.Error != Errno.EAGAIN, sent.Error);
            }
            return (true, (Errno)0);
        });
    }

    public Errno SendTo(byte[] data, IpAddress to, int port)
    {
        var buffer = new UserBuffer(data, 0, data.Length);
        SysResult sent = Socket.Send(ref buffer, new OutgoingMessage { To = SocketName.OfInet(Socket.Family, to, (ushort)port) });
        return sent.IsError ? sent.Error : 0;
    }

    /// <summary>What one call receives, which it waits for without MSG_DONTWAIT; an error, negated, in Count.</summary>
    public (int Count, ReceivedMessage Message) Receive(byte[] into, MessageFlags flags = 0) => Bell.Until(Socket.ReadQueue, () =>
    {
        var buffer = new UserBuffer(into, 0, into.Length);
        SysResult got = Socket.Receive(ref buffer, flags, out ReceivedMessage message);
        return (!got.IsError || got.Error != Errno.EAGAIN || (flags & MessageFlags.MSG_DONTWAIT) != 0, (got.IsError ? -(int)got.Error : (int)got.Value, message));
    });

    /// <summary>What comes up to the end, or the error that came first.</summary>
    public (byte[] Data, Errno Error) ReceiveAll()
    {
        List<byte> all = [];
        byte[] part = new byte[65536];
        while (true)
        {
            int count = Receive(part).Count;
            if (count <= 0)
                return ([.. all], (Errno)(-count));
            all.AddRange(part.AsSpan(0, count));
        }
    }

    public void Dispose() => Socket.Close();
}
