namespace Zonix.Kernel.Sockets;

/// <summary>How a connection is. tcp(7), TCP_INFO.</summary>
/// <param name="State">Its state.</param>
/// <param name="SentBytes">Bytes that the other end has got.</param>
/// <param name="ReceivedBytes">Bytes that came.</param>
/// <param name="Unread">Bytes the other end has yet to read.</param>
/// <param name="Waiting">Connections that wait, of a listener.</param>
/// <param name="WaitingLimit">How many may.</param>
/// <param name="IdleNs">Since when nothing was sent.</param>
/// <param name="Mtu">Bytes of the largest packet of the interface it uses.</param>
public readonly record struct TcpStatistics(
    TcpState State, long SentBytes, long ReceivedBytes, long Unread, int Waiting, int WaitingLimit, long IdleNs, int Mtu);
