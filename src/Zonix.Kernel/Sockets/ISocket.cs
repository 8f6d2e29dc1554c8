using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Sockets;

/// <summary>
/// A socket of any family. Like every file it never waits: what would have to answers EAGAIN, and who wants to wait enrols in
/// its queues. Numbers and layouts of a brand's calls are not known here.
/// </summary>
public interface ISocket : IReadable, IWritable, IPollable, IControllable
{
    /// <summary>What names it has.</summary>
    SocketFamily Family { get; }

    /// <summary>How it moves data.</summary>
    SocketKind Kind { get; }

    /// <summary>The protocol of socket(2). SO_PROTOCOL.</summary>
    int Protocol { get; }

    /// <summary>Its options and how long it waits.</summary>
    SocketSettings Settings { get; }

    /// <summary>Whether it takes connections. SO_ACCEPTCONN.</summary>
    bool IsListening { get; }

    /// <summary>Its name. getsockname(2).</summary>
    SocketName Name { get; }

    /// <summary>The name of its other end; null: it has none. getpeername(2).</summary>
    SocketName? PeerName { get; }

    /// <summary>Who made the other end; null where that is not known. SO_PEERCRED.</summary>
    MessageSender? PeerCredentials { get; }

    /// <summary>Gives it a name. bind(2).</summary>
    Errno Bind(KernelTask task, in SocketName name);

    /// <summary>Takes connections from now on, of which so many may wait. listen(2).</summary>
    Errno Listen(KernelTask task, int backlog);

    /// <summary>
    /// Connects. EINPROGRESS, or EAGAIN: it takes time, and it is to be called again, as <paramref name="again"/>, after a
    /// wake-up of <paramref name="queue"/>. connect(2).
    /// </summary>
    Errno Connect(KernelTask task, in SocketName to, bool again, out WaitQueue? queue);

    /// <summary>Takes the oldest connection that waits; EAGAIN when none does. accept(2).</summary>
    Errno Accept(KernelTask task, out ISocket? accepted);

    /// <summary>Looks, once and before it is sent, whether a message may go where it says, and finds who is there.</summary>
    Errno Address(KernelTask task, ref OutgoingMessage message);

    /// <summary>
    /// Sends: of a stream as much as there is room for, a message whole or not at all. The files go over when it answers no error
    /// (and something was sent). EAGAIN when there is no room.
    /// </summary>
    SysResult Send(ref UserBuffer source, in OutgoingMessage message);

    /// <summary>
    /// Receives what there is, a message at a time where messages have bounds; EAGAIN when there is nothing yet, 0 when nothing
    /// will come any more. The files in <paramref name="message"/> are the caller's.
    /// </summary>
    SysResult Receive(ref UserBuffer target, MessageFlags flags, out ReceivedMessage message);

    /// <summary>Ends one direction of a connection or both. shutdown(2).</summary>
    Errno Shutdown(bool reads, bool writes);

    /// <summary>Takes the error that waits to be told. SO_ERROR.</summary>
    Errno TakeError();

    /// <summary>Whether an option means anything to it: others answer ENOPROTOOPT.</summary>
    bool Knows(SocketOption option);

    /// <summary>Sets an option it knows. EINVAL, EPERM, EISCONN, ENOTCONN.</summary>
    Errno SetOption(SocketOption option, int value);

    /// <summary>Tells an option it knows.</summary>
    int GetOption(SocketOption option);
}
