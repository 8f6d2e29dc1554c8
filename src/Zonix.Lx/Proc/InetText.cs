using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Proc;

/// <summary>The tables of sockets over IP in /proc/net. proc_pid_net(5).</summary>
internal static class InetText
{
    internal const int IPPROTO_ICMP = 1, IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_UDPLITE = 136, IPPROTO_ICMPV6 = 58, IPPROTO_RAW = 255;

    private const string Columns = "local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private const string Columns6 =
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private const string Datagrams = " ref pointer drops";
    private const int TcpWidth = 149, UdpWidth = 127, TimeWaitTimer = 3;
    private const long NsPerTick = 10_000_000;

    /// <summary>A protocol's table. Without a network there is only its head.</summary>
    internal static string Table(INetworkStack? network, SocketFamily family, int protocol)
    {
        var text = new StringBuilder();
        bool isTcp = protocol == IPPROTO_TCP, isV4 = family == SocketFamily.Inet;
        int width = protocol == IPPROTO_RAW || !isV4 ? 0 : isTcp ? TcpWidth : UdpWidth;
        string head = !isV4 ? Columns6 : (protocol is IPPROTO_UDP or IPPROTO_UDPLITE ? "   sl  " : "  sl  ") + Columns;
        text.Append((head + (isTcp ? "" : Datagrams)).PadRight(width)).Append('\n');
        int row = 0;
        foreach (InetSocketState one in network?.Sockets ?? [])
        {
            // The table of raw sockets has them whatever their protocol, which stands where others have their port.
            bool isRaw = one.Socket is IRawSocket;
            if (one.Family == family && (isRaw ? protocol == IPPROTO_RAW : one.Protocol == protocol))
                text.Append((isTcp ? TcpLine(one, row++) : UdpLine(one)).PadRight(width)).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The lines of TCP and UDP in sockstat.</summary>
    internal static string Statistics(INetworkStack? network)
    {
        (int tcp, int udp, int waiting) = Count(network, SocketFamily.Inet);
        (int tcp6, _, _) = Count(network, SocketFamily.Inet6);
        return string.Create(CultureInfo.InvariantCulture, $"TCP: inuse {tcp} orphan 0 tw {waiting} alloc {tcp + tcp6} mem 0\nUDP: inuse {udp} mem 0\n");
    }

    /// <summary>sockstat6.</summary>
    internal static string Statistics6(INetworkStack? network)
    {
        (int tcp, int udp, _) = Count(network, SocketFamily.Inet6);
        return string.Create(CultureInfo.InvariantCulture, $"TCP6: inuse {tcp}\nUDP6: inuse {udp}\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n");
    }

    /// <summary>The lines of TCP and UDP in protocols.</summary>
    internal static string Protocols(INetworkStack? network)
    {
        if (network is null)
            return "";
        (int tcp, int udp, _) = Count(network, SocketFamily.Inet);
        (int tcp6, int udp6, _) = Count(network, SocketFamily.Inet6);
        return Line("UDPv6", udp6, "no", "y  y  y  n  y  y  y  n  y  y  y  y  n  n  y  y  y  n") +
            Line("TCPv6", tcp6, "no", "y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y") +
            Line("UDP", udp, "no", "y  y  y  n  y  y  y  n  y  y  y  y  n  n  y  y  y  n") +
            Line("TCP", tcp, "no", "y  y  y  y  y  y  y  y  y  y  y  y  n  y  y  y  y  y");
    }

    private static string Line(string name, int sockets, string pressure, string abilities) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-9} 1024 {sockets,6}       0   {pressure,-3}    192   yes  kernel      {abilities}\n");

    private static (int Tcp, int Udp, int Waiting) Count(INetworkStack? network, SocketFamily family)
    {
        int tcp = 0, udp = 0, waiting = 0;
        foreach (InetSocketState one in network?.Sockets ?? [])
        {
            if (one.Socket is IRawSocket)
                continue;
            if (one.State == TcpState.TimeWait)
                waiting++;
            else if (one.Family == family && one.Protocol == IPPROTO_TCP)
                tcp++;
            else if (one.Family == family && one.Protocol == IPPROTO_UDP)
                udp++;
        }
        return (tcp, udp, waiting);
    }

    private static string TcpLine(in InetSocketState one, int row)
    {
        bool lingers = one.State == TcpState.TimeWait;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{row,4}: {Address(one.Local)} {Address(one.Remote)} {(int)one.State:X2} {one.SendQueue:X8}:{one.ReceiveQueue:X8} ") + string.Create(
            CultureInfo.InvariantCulture,
            $"{(lingers ? TimeWaitTimer : 0):X2}:{one.LeftNs / NsPerTick:X8} 00000000 {one.Uid,5} {0,8} {one.Inode} {(lingers ? 3 : 1)} {0:x16}");
        return lingers ? line : line + (one.State == TcpState.Listen ? " 100 0 0 10 0" : " 20 4 0 10 -1");
    }

    private static string UdpLine(in InetSocketState one) => string.Create(
        CultureInfo.InvariantCulture,
        $"{one.Local.Port,5}: {Address(one.Local)} {Address(one.Remote)} {(int)one.State:X2} {one.SendQueue:X8}:{one.ReceiveQueue:X8} 00:00000000 ") +
        string.Create(CultureInfo.InvariantCulture, $"00000000 {one.Uid,5} {0,8} {one.Inode} 2 {0:x16} {one.Dropped}");

    // Addresses are shown in words of 32 bits, as this machine has them in memory.
    private static string Address(in SocketName name)
    {
        Span<byte> bytes = stackalloc byte[16];
        bool isV4 = name.Family == SocketFamily.Inet;
        if (isV4)
            name.Address.WriteV4(bytes);
        else
            name.Address.WriteV6(bytes);
        var text = new StringBuilder();
        for (int i = 0; i < (isV4 ? 4 : 16); i += 4)
            text.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..]):X8}");
        return text.Append(CultureInfo.InvariantCulture, $":{name.Port:X4}").ToString();
    }
}
