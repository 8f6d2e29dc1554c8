using System.Globalization;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sys/net: kept for the network that is to come; those of local sockets are true. proc_sys_net(5).</summary>
internal static class NetSettings
{
    private static readonly (string Name, bool On)[] s_tcpSwitches =
    [
        ("tcp_abort_on_overflow", false), ("tcp_autocorking", true), ("tcp_dsack", true), ("tcp_low_latency", false), ("tcp_moderate_rcvbuf", true),
        ("tcp_no_metrics_save", false), ("tcp_retrans_collapse", true), ("tcp_rfc1337", false), ("tcp_sack", true), ("tcp_slow_start_after_idle", true),
        ("tcp_stdurg", false), ("tcp_window_scaling", true),
    ];

    private static readonly (string Name, long Value)[] s_tcpNumbers =
    [
        ("tcp_base_mss", 1024), ("tcp_early_retrans", 3), ("tcp_ecn", 2), ("tcp_fastopen", 1), ("tcp_fin_timeout", 60), ("tcp_keepalive_intvl", 75),
        ("tcp_keepalive_probes", 9), ("tcp_keepalive_time", 7200), ("tcp_max_orphans", 131072), ("tcp_max_syn_backlog", 2048),
        ("tcp_max_tw_buckets", 131072), ("tcp_mtu_probing", 0), ("tcp_orphan_retries", 0), ("tcp_reordering", 3), ("tcp_retries1", 3),
        ("tcp_retries2", 15), ("tcp_syn_retries", 6), ("tcp_synack_retries", 5), ("tcp_syncookies", 1), ("tcp_timestamps", 1), ("tcp_tw_reuse", 2),
    ];

    internal static void Fill(StaticEntries net, INetworkStack? network) => net
        .Directory("core", static core => core
            .Word("default_qdisc", "pfifo_fast")
            .Kept("netdev_budget", 300, 0)
            .Kept("netdev_max_backlog", 1000, 0)
            .Kept("optmem_max", 131072, 0)
            .Refused("rmem_default", SocketSettings.DefaultBuffer)
            .Refused("rmem_max", SocketSettings.DefaultBuffer)
            .Kept("somaxconn", 4096, 0)
            .Refused("wmem_default", SocketSettings.DefaultBuffer)
            .Refused("wmem_max", SocketSettings.DefaultBuffer))
        .Directory("ipv4", ipv4 => FillVersion4(ipv4, network))
        .Directory("ipv6", static ipv6 => ipv6
            .Switch("bindv6only")
            .Directory("conf", static conf => FillEach(conf, static one => one
                .Switch("accept_ra", true).Switch("autoconf", true).Switch("disable_ipv6").Switch("forwarding").Kept("hop_limit", 64, 1, 255)
                .Kept("mtu", 65536, 1280))))
        .Directory("unix", static unix => unix.Kept("max_dgram_qlen", 10, 0));

    private static void FillVersion4(StaticEntries ipv4, INetworkStack? network)
    {
        ipv4
            .Directory("conf", static conf => FillEach(conf, static one => one
                .Switch("accept_redirects", true).Switch("accept_source_route").Kept("arp_announce", 0, 0, 2).Kept("arp_ignore", 0, 0, 8)
                .Switch("forwarding").Switch("log_martians").Switch("proxy_arp").Switch("route_localnet").Kept("rp_filter", 0, 0, 2)
                .Switch("secure_redirects", true).Switch("send_redirects", true).Kept("tag", 0)))
            .Switch("icmp_echo_ignore_all")
            .Switch("icmp_echo_ignore_broadcasts", true)
            .Kept("ip_default_ttl", 64, 1, 255)
            .Switch("ip_forward")
            .Vector("ip_local_port_range", 32768, 60999)
            .Word("ip_local_reserved_ports", "")
            .Switch("ip_nonlocal_bind")
            .Kept("ip_unprivileged_port_start", 1024, 0, 65535)
            .Setting("ping_group_range", () => PingGroups(network), text => SetPingGroups(network, text))
            .Word("tcp_allowed_congestion_control", "reno")
            .Text("tcp_available_congestion_control", "reno\n")
            .Word("tcp_congestion_control", "reno")
            .Vector("tcp_mem", 287_901, 383_869, 575_802)
            .Vector("tcp_rmem", 4096, 131_072, 6_291_456)
            .Vector("tcp_wmem", 4096, 16_384, 4_194_304)
            .Vector("udp_mem", 575_802, 767_738, 1_151_604);
        foreach ((string name, bool on) in s_tcpSwitches)
            ipv4.Switch(name, on);
        foreach ((string name, long value) in s_tcpNumbers)
            ipv4.Kept(name, value, 0);
    }

    private static string PingGroups(INetworkStack? network)
    {
        (uint first, uint last) = network?.PingGroups ?? (1, 0);
        return string.Create(CultureInfo.InvariantCulture, $"{first}\t{last}\n");
    }

    private static Errno SetPingGroups(INetworkStack? network, string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (network is null || words.Length != 2 || !uint.TryParse(words[0], CultureInfo.InvariantCulture, out uint first) ||
            !uint.TryParse(words[1], CultureInfo.InvariantCulture, out uint last))
            return Errno.EINVAL;
        network.PingGroups = first > last ? (1, 0) : (first, last);
        return 0;
    }

    private static void FillEach(StaticEntries conf, Action<StaticEntries> fill) => conf.Directory("all", fill).Directory("default", fill).Directory("lo", fill);
}
