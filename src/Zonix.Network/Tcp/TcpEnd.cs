namespace Zonix.Network.Tcp;

/// <summary>An end of a connection: a zone's socket, or a socket of the host that the gateway holds.</summary>
internal abstract class TcpEnd
{
    /// <summary>What comes in; null: it is not connected.</summary>
    internal TcpStream? Incoming;

    /// <summary>What goes out.</summary>
    internal TcpStream? Outgoing;

    /// <summary>The other end; null: it is not connected.</summary>
    internal TcpEnd? Peer;

    /// <summary>Guards the states of both ends.</summary>
    internal Lock Link = new();

    /// <summary>Bytes came in. No lock is held.</summary>
    internal abstract void Arrived();

    /// <summary>The other end has read. No lock is held.</summary>
    internal abstract void RoomMade();

    /// <summary>The other end will send no more; with <paramref name="isGone"/> it will read no more either. No lock is held.</summary>
    internal abstract void PeerEnded(bool isGone);

    /// <summary>The other end says when silence is too long: SO_KEEPALIVE and its times, TCP_USER_TIMEOUT. No lock is held.</summary>
    internal virtual void Configured(SocketSettings settings)
    {
    }

    /// <summary>The connection was broken by the other end. No lock is held.</summary>
    internal abstract void PeerReset();
}
