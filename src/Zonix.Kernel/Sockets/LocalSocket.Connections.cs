using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Sockets;

/// <content>Names, listening, connecting. unix(7).</content>
public sealed partial class LocalSocket
{
    private Queue<LocalSocket>? waitingConnections;
    private int backlogLimit;

    /// <summary>Its name as in sun_path: a path, or a zero byte and an abstract name; null: none. It is given once.</summary>
    internal byte[]? Bound { get; private set; }

    /// <inheritdoc/>
    public SocketName Name => SocketName.OfLocal(Bound);

    /// <summary>The inode of the other end; null: it has none.</summary>
    public IInode? PeerInode => peer?.Inode;

    /// <inheritdoc/>
    public SocketName? PeerName => peer is { } other ? SocketName.OfLocal(other.Bound) : null;

    /// <summary>Whether it has another end to send to.</summary>
    public bool IsConnected => peer is not null;

    /// <inheritdoc/>
    public bool IsListening => waitingConnections is not null;

    /// <summary>Takes its name out of where it can be found; called once, when it closes.</summary>
    internal Action? Unbinding { get; set; }

    /// <summary>A socket without name and other end.</summary>
    public static LocalSocket Create(IInode inode, SocketKind kind, LocalNames names) => new(inode, kind, new Lock(), names);

    /// <inheritdoc/>
    public Errno Bind(KernelTask task, in SocketName name)
    {
        if (name.Family != SocketFamily.Local)
            return Errno.EINVAL;
        byte[] wanted = name.Local ?? [];
        if (Bound is not null)
            return Errno.EINVAL;
        if (wanted.Length == 0)
        {
            Bound = names.AddAutomatic(this);
            return 0;
        }
        Errno e = wanted[0] == 0 ? names.Add(wanted, this) : names.AddPath(task, wanted, this);
        if (e == 0)
            Bound = wanted;
        return e;
    }

    /// <inheritdoc/>
    public Errno Listen(KernelTask task, int backlog)
    {
        if (!IsConnection)
            return Errno.EOPNOTSUPP;
        lock (gate)
        {
            if (Bound is null || peer is not null)
                return Errno.EINVAL;
            waitingConnections ??= new Queue<LocalSocket>();
            backlogLimit = backlog;
            PeerCredentials = MessageSender.OfPeer(task);
        }
        WriteQueue.WakeAll();
        return 0;
    }

    /// <inheritdoc/>
    public Errno Accept(KernelTask task, out ISocket? accepted)
    {
        accepted = null;
        if (!IsConnection)
            return Errno.EOPNOTSUPP;
        lock (gate)
        {
            if (waitingConnections is null || receiveShut)
                return Errno.EINVAL;
            if (!waitingConnections.TryDequeue(out LocalSocket? end))
                return Errno.EAGAIN;
            accepted = end;
        }
        WriteQueue.WakeAll();
        return 0;
    }

    /// <inheritdoc/>
    public Errno Connect(KernelTask task, in SocketName to, bool again, out WaitQueue? queue)
    {
        queue = null;
        if (to.Family == SocketFamily.Unspecified && Kind == SocketKind.Datagram)
            return ConnectMessages(null);
        if (to.Family != SocketFamily.Local)
            return Errno.EINVAL;
        Errno e = names.Find(task, to.Local ?? [], out LocalSocket? other);
        if (e != 0)
            return e;
        if (Kind == SocketKind.Datagram)
            return ConnectMessages(other);
        queue = other!.WriteQueue;
        return Connect(task, other);
    }

    /// <summary>Connects to a socket that listens. EAGAIN: too many wait there.</summary>
    private Errno Connect(KernelTask task, LocalSocket listener)
    {
        if (ReferenceEquals(listener, this))
            return Errno.EINVAL;
        if (listener.Kind != Kind)
            return Errno.EPROTOTYPE;
        lock (listener.gate)
        {
            if (listener.waitingConnections is not { } waiting || listener.closed || listener.receiveShut)
                return Errno.ECONNREFUSED;
            if (waiting.Count > listener.backlogLimit)
                return Errno.EAGAIN;
            lock (gate)
            {
                if (peer is not null)
                    return Errno.EISCONN;
                if (waitingConnections is not null)
                    return Errno.EINVAL;
                var end = new LocalSocket(SocketInode.Create(task), Kind, gate, names, new SocketSettings(listener.Settings))
                {
                    peer = this, Bound = listener.Bound, PeerCredentials = MessageSender.OfPeer(task), sendBuffer = listener.sendBuffer,
                };
                PeerCredentials = listener.PeerCredentials;
                peer = end;
                waiting.Enqueue(end);
            }
        }
        listener.ReadQueue.WakeAll();
        WakeEverybody();
        return 0;
    }

    // Where messages go that name nobody; null: nowhere.
    private Errno ConnectMessages(LocalSocket? to)
    {
        if (to is not null && to.Kind != Kind)
            return Errno.EPROTOTYPE;
        peer = to;
        WakeEverybody();
        return 0;
    }

    // Connections that nobody has taken end with their listener.
    private void RefuseWaiting()
    {
        if (waitingConnections is null)
            return;
        LocalSocket[] waiting;
        lock (gate)
        {
            closed = true;
            waiting = [.. waitingConnections];
            waitingConnections.Clear();
        }
        foreach (LocalSocket end in waiting)
        {
            LocalSocket? client = end.peer;
            end.Close();
            if (client is null)
                continue;
            lock (client.gate)
                client.error = Errno.ECONNRESET;
        }
        WriteQueue.WakeAll();
    }
}
