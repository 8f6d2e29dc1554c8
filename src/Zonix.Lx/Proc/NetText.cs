using System.Globalization;
using System.Text;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/net: interfaces, routes, and the sockets there are. proc_pid_net(5).</summary>
internal static class NetText
{
    private const string Protocols =
        "protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em\n";

    internal static StaticEntries Fill(StaticEntries net, ProcSubject subject) => net
        .Text("arp", () => InterfaceText.Neighbours(NetworkOf(subject)))
        .Text("dev", () => InterfaceText.Devices(NetworkOf(subject)))
        .Text("dev_mcast", "")
        .Text("fib_trie", () => FibTrieText.Tree(NetworkOf(subject)))
        .Text("icmp", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet, InetText.IPPROTO_ICMP))
        .Text("icmp6", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet6, InetText.IPPROTO_ICMPV6))
        .Text("if_inet6", () => InterfaceText.Version6(NetworkOf(subject)))
        .Text("igmp", "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n")
        .Text("igmp6", "")
        .Text("ipv6_route", () => InterfaceText.Version6Routes(NetworkOf(subject)))
        .Text("netlink", () => NetlinkText(subject))
        .Text("netstat", () => NetCounters.Netstat(NetworkOf(subject)))
        .Text("packet", () => InterfaceText.PacketSockets(NetworkOf(subject)))
        .Text("protocols", () => ProtocolTable(subject))
        .Text("psched", "000003e8 00000040 000f4240 3b9aca00\n")
        .Text("ptype", "Type Device      Function\n")
        .Text("raw", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet, InetText.IPPROTO_RAW))
        .Text("raw6", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet6, InetText.IPPROTO_RAW))
        .Text("route", () => InterfaceText.Routes(NetworkOf(subject)))
        .Text("snmp", () => NetCounters.Snmp(NetworkOf(subject)))
        .Text("snmp6", () => NetCounters.Version6(NetworkOf(subject)))
        .Text("sockstat", () => Statistics(subject))
        .Text("sockstat6", () => InetText.Statistics6(NetworkOf(subject)))
        .Text("softnet_stat", () => Packets(((LxBrand)subject.Process.Brand).CpuCount(subject.Process.Machine)))
        .Text("tcp", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet, InetText.IPPROTO_TCP))
        .Text("tcp6", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet6, InetText.IPPROTO_TCP))
        .Text("udp", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet, InetText.IPPROTO_UDP))
        .Text("udp6", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet6, InetText.IPPROTO_UDP))
        .Text("udplite", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet, InetText.IPPROTO_UDPLITE))
        .Text("udplite6", () => InetText.Table(NetworkOf(subject), SocketFamily.Inet6, InetText.IPPROTO_UDPLITE))
        .Text("unix", () => LocalSockets(subject.Process.Pids));

    private static INetworkStack? NetworkOf(ProcSubject subject) => ((LxBrand)subject.Process.Brand).Network;

    private static string Statistics(ProcSubject subject)
    {
        INetworkStack? network = NetworkOf(subject);
        int used = OpenLocalSockets(subject.Process.Pids).Count + ((LxBrand)subject.Process.Brand).NetlinkPorts.Snapshot().Length + (network?.Sockets.Count ?? 0);
        return string.Create(CultureInfo.InvariantCulture, $"sockets: used {used}\n") + InetText.Statistics(network) +
            "UDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n";
    }

    private static string NetlinkText(ProcSubject subject)
    {
        var text = new StringBuilder("sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n");
        foreach (Netlink.NetlinkSocket one in ((LxBrand)subject.Process.Brand).NetlinkPorts.Snapshot())
        {
            one.Inode.GetAttributes(out InodeAttributes attributes);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{0:x16} {one.Protocol,-3} {one.Number,-10} {(uint)one.Memberships:x8} {0,-8} {0,-8} {0,-5} {2,-8} {0,-8} {attributes.Inode,-8}\n");
        }
        return text.ToString();
    }

    private static string ProtocolTable(ProcSubject subject)
    {
        int streams = 0, others = 0;
        foreach (LocalSocket socket in OpenLocalSockets(subject.Process.Pids).Keys)
        {
            if (socket.Kind == SocketKind.Stream)
                streams++;
            else
                others++;
        }
        return Protocols + InetText.Protocols(NetworkOf(subject)) +
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
