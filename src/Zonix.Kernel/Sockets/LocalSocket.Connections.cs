namespace Zonix.Kernel.Sockets;

/// <content>Names, listening, connecting. unix(7).</content>
public sealed partial class LocalSocket
{
    private Queue<LocalSocket>? backlog;
    private int backlogLimit;

    /// <summary>Its name as in sun_path: a path, or a zero byte and an abstract name; null: none. It is given once.</summary>
    public byte[]? Name { get; private set; }

    /// <summary>The name of the other end; null: it has none, or there is no other end.</summary>
    public byte[]? PeerName => peer?.Name;

    /// <summary>Whether it has another end to send to.</summary>
    public bool IsConnected => peer is not null;

    /// <summary>Whether it takes connections.</summary>
    public bool IsListening => backlog is not null;

    /// <summary>Takes its name out of where it can be found; called once, when it closes.</summary>
    internal Action? Unbinding { get; set; }

    /// <summary>A socket without name and other end.</summary>
    public static LocalSocket Create(Vfs.IInode inode, SocketKind kind, MessageSender maker) => new(inode, kind, new Lock(), maker);

    /// <summary>Gives it its name, which the caller has entered.</summary>
    public void SetName(byte[] name) => Name = name;

    /// <summary>Takes connections from now on, of which so many may wait. listen(2).</summary>
    public Errno Listen(int limit, MessageSender listener)
    {
        if (!IsConnection)
            return Errno.EOPNOTSUPP;
        lock (gate)
        {
            if (Name is null || peer is not null)
                return Errno.EINVAL;
            backlog ??= new Queue<LocalSocket>();
            backlogLimit = limit;
            PeerCredentials = listener;
        }
        WriteQueue.WakeAll();
        return 0;
    }

    /// <summary>Takes the oldest connection that waits; EAGAIN when none does, EINVAL when it does not listen. accept(2).</summary>
    public Errno Accept(out LocalSocket? accepted)
    {
        accepted = null;
        if (!IsConnection)
            return Errno.EOPNOTSUPP;
        lock (gate)
        {
            if (backlog is null || receiveShut)
                return Errno.EINVAL;
            if (!backlog.TryDequeue(out accepted))
                return Errno.EAGAIN;
        }
        WriteQueue.WakeAll();
        return 0;
    }

    /// <summary>
    /// Connects to a socket that listens, whose end is made over <paramref name="inode"/>. EAGAIN: too many wait there. connect(2).
    /// </summary>
    public Errno Connect(LocalSocket listener, Vfs.IInode inode, MessageSender caller)
    {
        ArgumentNullException.ThrowIfNull(listener);
        if (ReferenceEquals(listener, this))
            return Errno.EINVAL;
        if (listener.Kind != Kind)
            return Errno.EPROTOTYPE;
        lock (listener.gate)
        {
            if (listener.backlog is not { } waiting || listener.closed || listener.receiveShut)
                return Errno.ECONNREFUSED;
            if (waiting.Count > listener.backlogLimit)
                return Errno.EAGAIN;
            lock (gate)
            {
                if (peer is not null)
                    return Errno.EISCONN;
                if (backlog is not null)
                    return Errno.EINVAL;
                var end = new LocalSocket(inode, Kind, gate, caller) { peer = this, Name = listener.Name, PassesCredentials = listener.PassesCredentials };
                PeerCredentials = listener.PeerCredentials;
                peer = end;
                waiting.Enqueue(end);
            }
        }
        listener.ReadQueue.WakeAll();
        WakeEverybody();
        return 0;
    }

    /// <summary>Sets where messages go that name nobody; null: nowhere. connect(2) of a socket of datagrams.</summary>
    public Errno ConnectMessages(LocalSocket? to)
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
        if (backlog is null)
            return;
        LocalSocket[] waiting;
        lock (gate)
        {
            closed = true;
            waiting = [.. backlog];
            backlog.Clear();
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
