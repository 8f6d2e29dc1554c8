namespace Zonix.Kernel.Sockets;

/// <summary>A socket of Inet or Inet6 as it is at one moment: what /proc/net and sock_diag show.</summary>
/// <param name="Socket">The socket; null: a connection that lingers in TIME_WAIT.</param>
/// <param name="Family">Inet or Inet6.</param>
/// <param name="Protocol">6, 17 and so on.</param>
/// <param name="Local">The own name.</param>
/// <param name="Remote">The other end's; with port 0: none.</param>
/// <param name="State">TCP's state; of others Established or Close.</param>
/// <param name="SendQueue">Bytes not yet read by the other end; of a listener how many connections may wait.</param>
/// <param name="ReceiveQueue">Bytes to be read; of a listener how many connections wait.</param>
/// <param name="Uid">Its owner.</param>
/// <param name="Inode">Its inode's number; 0: none.</param>
/// <param name="LeftNs">How long it lingers yet, in TIME_WAIT.</param>
/// <param name="Dropped">Messages that found no room.</param>
public readonly record struct InetSocketState(
    ISocket? Socket, SocketFamily Family, int Protocol, SocketName Local, SocketName Remote, TcpState State, int SendQueue, int ReceiveQueue,
    uint Uid, ulong Inode, long LeftNs, long Dropped);
