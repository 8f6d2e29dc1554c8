using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Sockets;

/// <summary>
/// A socket for programs of one machine. socketpair(2), unix(7). What is sent lies in the receiver's queue and counts against
/// the sender's buffer until it is received.
/// </summary>
public sealed partial class LocalSocket : IReadable, IWritable, IPollable, IControllable
{
    /// <summary>The buffer a socket begins with: net.core.wmem_default.</summary>
    public const int DefaultBuffer = 212992;

    private const int SmallestSendBuffer = 4608, SmallestReceiveBuffer = 2304;
    private const uint FIONREAD = 0x541B, TIOCOUTQ = 0x5411;

    private readonly Lock gate;
    private readonly Queue<LocalMessage> received = new();
    private volatile LocalSocket? peer;
    private LocalSocket? lastOwner;
    private int charged, sendBuffer = DefaultBuffer, receiveBuffer = DefaultBuffer;
    private bool receiveShut, sendShut, closed;
    private Errno error;

    private LocalSocket(IInode inode, SocketKind kind, Lock gate, MessageSender maker)
    {
        Inode = inode;
        Kind = kind;
        this.gate = gate;
        PeerCredentials = maker;
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <summary>Its kind.</summary>
    public SocketKind Kind { get; }

    /// <summary>Who made the other end: the pair, the connection, or the listener. SO_PEERCRED.</summary>
    public MessageSender PeerCredentials { get; private set; }

    /// <summary>SO_PASSCRED: who receives is told who sent.</summary>
    public bool PassesCredentials { get; set; }

    /// <summary>How long a send waits; 0: for ever. Nanoseconds. SO_SNDTIMEO.</summary>
    public long SendTimeoutNs { get; set; }

    /// <summary>How long a receive waits; 0: for ever. Nanoseconds. SO_RCVTIMEO.</summary>
    public long ReceiveTimeoutNs { get; set; }

    /// <summary>Bytes of sent data that may wait, records included. SO_SNDBUF; a change is doubled, as Linux does it.</summary>
    public int SendBuffer
    {
        get => Volatile.Read(ref sendBuffer);
        set => Volatile.Write(ref sendBuffer, Math.Max(SmallestSendBuffer, Math.Clamp(value, 0, DefaultBuffer) * 2));
    }

    /// <summary>SO_RCVBUF. Kept only: local sockets are bounded by the sender's buffer. unix(7).</summary>
    public int ReceiveBuffer
    {
        get => receiveBuffer;
        set => receiveBuffer = Math.Max(SmallestReceiveBuffer, Math.Clamp(value, 0, DefaultBuffer) * 2);
    }

    /// <inheritdoc/>
    public WaitQueue ReadQueue { get; } = new();

    /// <inheritdoc/>
    public WaitQueue WriteQueue { get; } = new();

    private bool IsConnection => Kind != SocketKind.Datagram;

    // As on Linux a socket counts as writable again only when most of its buffer is free.
    private bool HasRoom => Volatile.Read(ref charged) * 4L <= sendBuffer;

    /// <summary>Makes both ends.</summary>
    public static (LocalSocket First, LocalSocket Second) CreatePair(IInode first, IInode second, SocketKind kind, MessageSender maker)
    {
        var gate = new Lock();
        var a = new LocalSocket(first, kind, gate, maker);
        var b = new LocalSocket(second, kind, gate, maker) { peer = a };
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
    public SysResult Write(ref UserBuffer buffer, ref long offset) => Send(ref buffer, null, CurrentSender());

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
            if (received.Count > 0 || backlog?.Count > 0)
                events |= PollEvents.POLLIN | PollEvents.POLLRDNORM;
            if (IsConnection && peer is null && backlog is null)
                events |= PollEvents.POLLHUP;
            if (HasRoom && backlog is null)
                events |= PollEvents.POLLOUT | PollEvents.POLLWRNORM | PollEvents.POLLWRBAND;
        }
        return events;
    }

    /// <summary>Takes the error that waits to be told. SO_ERROR.</summary>
    public Errno TakeError()
    {
        lock (gate)
        {
            Errno e = error;
            error = 0;
            return e;
        }
    }

    /// <summary>Ends one direction or both; a connection's other end learns of it. shutdown(2).</summary>
    public void Shutdown(bool reads, bool writes)
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
    }

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
        LocalSocket? other = peer;
        Unbinding?.Invoke();
        RefuseWaiting();
        lock (gate)
        {
            closed = receiveShut = sendShut = true;
            left = [.. received];
            received.Clear();
            foreach (LocalMessage message in left)
                Interlocked.Add(ref message.Owner.charged, -message.Charge);
            if (IsConnection && other is not null)
            {
                other.receiveShut = other.sendShut = true;
                if (left.Length > 0)
                    other.error = Errno.ECONNRESET;
            }
        }
        foreach (LocalMessage message in left)
        {
            message.Discard();
            message.Owner.WriteQueue.WakeAll();
        }
        other?.WakeEverybody();
    }

    private static MessageSender CurrentSender() =>
        Scheduling.Worker.Current?.Running is { } task
            ? new MessageSender(task.Process.Pid.Value, task.Credentials.Uid, task.Credentials.Gid)
            : default;

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
