namespace Zonix.Network;

/// <summary>Who has a port. Under the stack's gate.</summary>
internal sealed class PortBucket
{
    /// <summary>All who have it: listeners, connections, sockets that are only bound.</summary>
    internal InetSocket? First;

    /// <summary>Those that are looked for by address: listeners, and sockets of messages.</summary>
    internal readonly List<InetSocket> Receivers = [];

    internal ushort Port;

    internal void Add(InetSocket socket)
    {
        socket.Bucket = this;
        socket.NextOfPort = First;
        socket.PreviousOfPort = null;
        if (First is not null)
            First.PreviousOfPort = socket;
        First = socket;
    }

    internal void Remove(InetSocket socket)
    {
        if (socket.PreviousOfPort is null)
            First = socket.NextOfPort;
        else
            socket.PreviousOfPort.NextOfPort = socket.NextOfPort;
        if (socket.NextOfPort is not null)
            socket.NextOfPort.PreviousOfPort = socket.PreviousOfPort;
        socket.NextOfPort = socket.PreviousOfPort = null;
        socket.Bucket = null;
        Receivers.Remove(socket);
    }
}
