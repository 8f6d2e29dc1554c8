using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Sockets;

/// <summary>
/// A socket for programs of one machine. socketpair(2), unix(7). What is sent lies in the receiver's queue and counts against
/// the sender's buffer until it is received.
/// </summary>
public sealed partial class LocalSocket : ISocket
{
    private const uint FIONREAD = 0x541B, TIOCOUTQ = 0x5411;

    private readonly Lock gate;
    private readonly Queue<LocalMessage> received = new();
    private volatile LocalSocket? peer;
    private LocalSocket? lastOwner;
    private readonly LocalNames names;
    private int charged, sendBuffer = SocketSettings.DefaultBuffer;
    private bool receiveShut, sendShut, closed;
    private Errno error;

    private LocalSocket(IInode inode, SocketKind kind, Lock gate, LocalNames names, SocketSettings? settings = null)
    {
        Inode = inode;
        Kind = kind;
        this.gate = gate;
        this.names = names;
        Settings = settings ?? new SocketSettings();
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <summary>Its kind.</summary>
    public SocketKind Kind { get; }

    /// <inheritdoc/>
    public SocketFamily Family => SocketFamily.Local;

    /// <inheritdoc/>
    public int Protocol => 0;

    /// <inheritdoc/>
    public SocketSettings Settings { get; }

    /// <inheritdoc/>
    public MessageSender? PeerCredentials { get; private set; } = new MessageSender(0, uint.MaxValue, uint.MaxValue);

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue { get; } = new();

    private bool IsConnection => Kind != SocketKind.Datagram;

    // As on Linux a socket counts as writable again only when most of its buffer is free.
    private bool HasRoom => Volatile.Read(ref charged) * 4L <= sendBuffer;

    private bool PassesCredentials => Settings.IsOn(SocketOption.PassCredentials);

    /// <summary>Makes both ends.</summary>
    public static (LocalSocket First, LocalSocket Second) CreatePair(IInode first, IInode second, SocketKind kind, LocalNames names, MessageSender maker)
    {
        var gate = new Lock();
        var a = new LocalSocket(first, kind, gate, names) { PeerCredentials = maker };
        var b = new LocalSocket(second, kind, gate, names) { peer = a, PeerCredentials = maker };
        a.peer = b;
        return (a, b);
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (buffer.Remaining == 0)
            return 0;
        SysResult result = Receive(ref buffer, 0, out ReceivedMessage message);
        message.ReleaseFiles();
        return result;
    }

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => Send(ref buffer, new OutgoingMessage { Sender = MessageSender.Current });

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest)
    {
        PollEvents events = 0;
        lock (gate)
        {
            if (error != 0)
                events |= PollEvents.POLLERR;
            if (receiveShut)
                events |= PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLRDHUP;
            if (receiveShut && sendShut)
                events |= PollEvents.POLLHUP;
            if (received.Count > 0 || waitingConnections?.Count > 0)
                events |= PollEvents.POLLIN | PollEvents.POLLRDNORM;
            if (IsConnection && peer is null && waitingConnections is null)
                events |= PollEvents.POLLHUP;
            if (HasRoom && waitingConnections is null)
                events |= PollEvents.POLLOUT | PollEvents.POLLWRNORM | PollEvents.POLLWRBAND;
        }
        return events;
    }

    /// <inheritdoc/>
    public Errno TakeError()
    {
        lock (gate)
        {
            Errno e = error;
            error = 0;
            return e;
        }
    }

    /// <inheritdoc/>
    public Errno Shutdown(bool reads, bool writes)
    {
        LocalSocket? other = peer;
        lock (gate)
        {
            receiveShut |= reads;
            sendShut |= writes;
            if (IsConnection && other is not null)
            {
                other.sendShut |= reads;
                other.receiveShut |= writes;
            }
        }
        WakeEverybody();
        other?.WakeEverybody();
        return 0;
    }

    /// <inheritdoc/>
    public bool Knows(SocketOption option) => option is > SocketOption.None and < SocketOption.TypeOfService;

    /// <inheritdoc/>
    public Errno SetOption(SocketOption option, int value)
    {
        if (option is SocketOption.ReusePort or SocketOption.BindToInterface && value != 0)
            return option == SocketOption.ReusePort ? Errno.EOPNOTSUPP : 0;
        Errno e = Settings.Set(option, value);
        if (e == 0 && option == SocketOption.SendBuffer)
            Volatile.Write(ref sendBuffer, Settings[option]);
        return e;
    }

    /// <inheritdoc/>
    public int GetOption(SocketOption option) => Settings[option];

    /// <inheritdoc/>
    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        int answer;
        lock (gate)
        {
            switch (request)
            {
                case FIONREAD:
                    answer = Waiting();
                    break;
                case TIOCOUTQ:
                    answer = charged;
                    break;
                default:
                    return Errno.ENOTTY;
            }
        }
        return task.Memory.TryWrite(argument, answer) ? 0 : Errno.EFAULT;
    }

    /// <inheritdoc/>
    public void Close()
    {
        LocalMessage[] left;
        List<OpenFileDescription>? files = null;
        LocalSocket? other = peer;
        Unbinding?.Invoke();
        RefuseWaiting();
        lock (gate)
        {
            closed = receiveShut = sendShut = true;
            left = [.. received];
            received.Clear();
            foreach (LocalMessage message in left)
            {
                Interlocked.Add(ref message.Owner.charged, -message.Charge);
                if (message.Files is not null)
                    TakeInto(message, files ??= []);
            }
            if (IsConnection && other is not null)
            {
                other.receiveShut = other.sendShut = true;
                if (left.Length > 0)
                    other.error = Errno.ECONNRESET;
            }
        }
        foreach (LocalMessage message in left)
        {
            message.Recycle();
            message.Owner.WriteQueue.WakeAll();
        }
        other?.WakeEverybody();
        if (files is not null)
            names.InFlight.Release([.. files]);
        names.InFlight.Closed();
    }

    /// <summary>Adds the files that lie in its queue, and in those of connections that wait for it to take them.</summary>
    internal void ListFiles(List<OpenFileDescription> into)
    {
        LocalSocket[] waiting;
        lock (gate)
        {
            foreach (LocalMessage message in received)
                into.AddRange(message.Files ?? []);
            waiting = waitingConnections is null ? [] : [.. waitingConnections];
        }
        foreach (LocalSocket one in waiting)
            one.ListFiles(into);
    }

    /// <summary>Gives back the files that lie in its queue, and in those of connections that wait: nobody can take them any more.</summary>
    internal void DropFiles()
    {
        List<OpenFileDescription> files = [];
        LocalSocket[] waiting;
        lock (gate)
        {
            foreach (LocalMessage message in received)
                TakeInto(message, files);
            waiting = waitingConnections is null ? [] : [.. waitingConnections];
        }
        foreach (LocalSocket one in waiting)
            one.DropFiles();
        names.InFlight.Release([.. files]);
    }

    private void TakeInto(LocalMessage message, List<OpenFileDescription> files) => files.AddRange(TakeFiles(message, peek: false) ?? []);

    // FIONREAD: of datagrams the first one's length, else all bytes.
    private int Waiting()
    {
        int sum = 0;
        foreach (LocalMessage message in received)
        {
            sum += message.Length - message.Taken;
            if (!IsConnection)
                break;
        }
        return sum;
    }

    private void WakeEverybody()
    {
        ReadQueue.WakeAll();
        WriteQueue.WakeAll();
    }
}
