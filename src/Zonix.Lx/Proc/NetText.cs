using System.Globalization;
using System.Text;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/net: one interface, lo, and the sockets there are. proc_pid_net(5).</summary>
internal static class NetText
{
    private const string Version4 = "local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
    private const string Version6 =
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private const string Datagrams = " ref pointer drops";
    private const int TcpWidth = 149, UdpWidth = 127;

    private const string Devices =
        "Inter-|   Receive                                                |  Transmit\n" +
        " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n" +
        "    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n";

    private const string Protocols =
        "protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em\n";

    internal static StaticEntries Fill(StaticEntries net, ProcSubject subject) => net
        .Text("arp", "IP address       HW type     Flags       HW address            Mask     Device\n")
        .Text("dev", Devices)
        .Text("dev_mcast", "")
        .Text("icmp", Head("  sl  " + Version4 + Datagrams, UdpWidth))
        .Text("if_inet6", "00000000000000000000000000000001 01 80 10 80       lo\n")
        .Text("igmp", "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n")
        .Text("igmp6", "")
        .Text("ipv6_route", "")
        .Text("netlink", "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n")
        .Text("netstat", NetCounters.Netstat)
        .Text("packet", "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n")
        .Text("protocols", () => ProtocolTable(subject.Process.Pids))
        .Text("psched", "000003e8 00000040 000f4240 3b9aca00\n")
        .Text("ptype", "Type Device      Function\n")
        .Text("raw", "  sl  " + Version4 + Datagrams + "\n")
        .Text("raw6", Version6 + Datagrams + "\n")
        .Text("route", Head("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", TcpWidth - 22))
        .Text("snmp", NetCounters.Snmp)
        .Text("snmp6", NetCounters.Version6)
        .Text("sockstat", () => Statistics(subject.Process.Pids))
        .Text("sockstat6", "TCP6: inuse 0\nUDP6: inuse 0\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n")
        .Text("softnet_stat", () => Packets(((LxBrand)subject.Process.Brand).CpuCount(subject.Process.Machine)))
        .Text("tcp", Head("  sl  " + Version4, TcpWidth))
        .Text("tcp6", Version6 + "\n")
        .Text("udp", Head("   sl  " + Version4 + Datagrams, UdpWidth))
        .Text("udp6", Version6 + Datagrams + "\n")
        .Text("udplite", Head("   sl  " + Version4 + Datagrams, UdpWidth))
        .Text("udplite6", Version6 + Datagrams + "\n")
        .Text("unix", () => LocalSockets(subject.Process.Pids));

    private static string Head(string text, int width) => text.PadRight(width) + "\n";

    private static string Statistics(PidSpace pids) =>
        string.Create(CultureInfo.InvariantCulture, $"sockets: used {OpenLocalSockets(pids).Count}\n") +
        "TCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0\nUDP: inuse 0 mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n";

    private static string ProtocolTable(PidSpace pids)
    {
        int streams = 0, others = 0;
        foreach (LocalSocket socket in OpenLocalSockets(pids).Keys)
        {
            if (socket.Kind == SocketKind.Stream)
                streams++;
            else
                others++;
        }
        return Protocols +
            string.Create(CultureInfo.InvariantCulture, $"UNIX-STREAM 1024 {streams,6}      -1   NI       0   yes  kernel      y  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n\n") +
            string.Create(CultureInfo.InvariantCulture, $"UNIX      1024 {others,6}      -1   NI       0   yes  kernel      n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n\n");
    }

    private static string Packets(int cpus)
    {
        string zeros = string.Join(' ', Enumerable.Repeat("00000000", 15)) + "\n";
        return string.Concat(Enumerable.Repeat(zeros, cpus));
    }

    /// <summary>The local sockets that are open in the zone, and how many descriptions show each.</summary>
    internal static Dictionary<LocalSocket, int> OpenLocalSockets(PidSpace pids)
    {
        var found = new Dictionary<LocalSocket, int>(ReferenceEqualityComparer.Instance);
        var tables = new HashSet<FileTable>(ReferenceEqualityComparer.Instance);
        foreach (KernelTask task in pids.Tasks.Snapshot())
        {
            if (task.Files is not { } files || !tables.Add(files))
                continue;
            for (int fd = 0; fd < files.Capacity; fd++)
            {
                if (files[new Fd(fd)]?.File is LocalSocket socket)
                    found[socket] = found.GetValueOrDefault(socket) + 1;
            }
        }
        return found;
    }

    private static string LocalSockets(PidSpace pids)
    {
        const int Unconnected = 1, Connected = 3, AcceptsConnections = 1 << 16;
        var text = new StringBuilder("Num       RefCount Protocol Flags    Type St Inode Path\n");
        foreach ((LocalSocket socket, int count) in OpenLocalSockets(pids))
        {
            socket.Inode.GetAttributes(out InodeAttributes attributes);
            int flags = socket.IsListening ? AcceptsConnections : 0, state = socket.IsConnected ? Connected : Unconnected;
            text.Append(CultureInfo.InvariantCulture, $"{0:x16}: {count + 1:X8} {0:X8} {flags:X8} {(int)socket.Kind:X4} {state:X2} {attributes.Inode,5}");
            if (socket.Name.Local is { Length: > 0 } name)
                text.Append(' ').Append(Shown(name));
            text.Append('\n');
        }
        return text.ToString();
    }

    // An abstract name begins with a null byte, which is shown as @. unix(7).
    private static string Shown(byte[] name) => name[0] == 0
        ? Encoding.UTF8.GetString(name).Replace('\0', '@')
        : Encoding.UTF8.GetString(name).TrimEnd('\0');
}
