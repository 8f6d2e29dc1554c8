using Zonix.Network.Tcp;

namespace Zonix.Network.Fabric;

/// <summary>
/// The way out of a network. Of what is sent to an address beyond the machine, or to the gateway's own address, it is told here; what
/// comes back it hands to <see cref="NetworkStack"/>. Any thread; no lock is held, and no method waits.
/// </summary>
public abstract class Gateway
{
    /// <summary>
    /// Connects a socket, which is in SYN-SENT, to its Remote. The outcome is told by <see cref="TcpSocket.Establish"/> or
    /// <see cref="TcpSocket.Refuse"/>, now or later. The answer, when it is one, is disposed of when the socket gives up.
    /// </summary>
    internal abstract IDisposable? Connect(NetworkPort from, TcpSocket socket);

    /// <summary>
    /// Sends a datagram of UDP. An errno is the sender's answer (EPERM, EHOSTUNREACH); what is found out later is told by
    /// <see cref="NetworkStack.ReceiveUnreachable"/>, what comes back by <see cref="NetworkStack.ReceiveDatagram"/>.
    /// </summary>
    internal abstract Errno Send(NetworkPort from, in DatagramHead head, ReadOnlySpan<byte> data);

    /// <summary>Sends a message of ICMP (or ICMPv6), such as an echo request; what comes back is told by <see cref="NetworkStack.ReceiveIcmp"/>.</summary>
    internal abstract Errno SendIcmp(NetworkPort from, IpAddress source, IpAddress to, ReadOnlySpan<byte> message, int hops);

    /// <summary>A zone has left the network: its flows end. Its connections are reset already.</summary>
    internal abstract void Detached(NetworkPort port);
}
