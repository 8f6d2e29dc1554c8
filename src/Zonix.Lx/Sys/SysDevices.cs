using System.Globalization;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Sys;

/// <summary>/sys/class, /sys/dev and /sys/devices/virtual: the nodes of /dev, and the interfaces.</summary>
internal static class SysDevices
{
    private const uint Anybody = 0x1B6, RootOnly = 0x180;

    private static readonly (string Class, string Name, int Major, int Minor, uint Mode)[] s_devices =
    [
        ("mem", "null", 1, 3, Anybody), ("mem", "zero", 1, 5, Anybody), ("mem", "full", 1, 7, Anybody), ("mem", "random", 1, 8, Anybody),
        ("mem", "urandom", 1, 9, Anybody), ("tty", "tty", 5, 0, Anybody), ("tty", "console", 5, 1, RootOnly), ("tty", "ptmx", 5, 2, Anybody),
    ];

    private static readonly string[] s_counters =
    [
        "collisions", "multicast", "rx_bytes", "rx_compressed", "rx_crc_errors", "rx_dropped", "rx_errors", "rx_fifo_errors", "rx_frame_errors",
        "rx_length_errors", "rx_missed_errors", "rx_nohandler", "rx_over_errors", "rx_packets", "tx_aborted_errors", "tx_bytes", "tx_carrier_errors",
        "tx_compressed", "tx_dropped", "tx_errors", "tx_fifo_errors", "tx_heartbeat_errors", "tx_packets", "tx_window_errors",
    ];

    internal static void FillClasses(StaticEntries classes, INetworkStack? network) => classes
        .Directory("block", static _ => { })
        .Directory("mem", static all => FillClass(all, "mem"))
        .Directory("misc", static _ => { })
        .Add("net", FileModeBits.S_IFDIR, Interfaces(classes.FileSystem, network, static (net, one) => net.Link(one.Name, () => "../../devices/virtual/net/" + one.Name)))
        .Directory("tty", static all => FillClass(all, "tty"));

    internal static void FillNumbers(StaticEntries numbers)
    {
        foreach ((string kind, string name, int major, int minor, _) in s_devices)
        {
            string target = $"../../devices/virtual/{kind}/{name}";
            numbers.Link(string.Create(CultureInfo.InvariantCulture, $"{major}:{minor}"), () => target);
        }
    }

    internal static void FillVirtual(StaticEntries devices, INetworkStack? network) => devices
        .Directory("mem", static all => FillDevices(all, "mem"))
        .Add("net", FileModeBits.S_IFDIR, Interfaces(devices.FileSystem, network, static (net, one) => net.Directory(one.Name, directory => FillInterface(directory, one))))
        .Directory("tty", static all => FillDevices(all, "tty"));

    private static Func<ulong, IInode> Interfaces(SyntheticFileSystem fileSystem, INetworkStack? network, Action<StaticEntries, NetworkInterface> add)
    {
        var entries = new InterfaceEntries(fileSystem, network, add);
        return number => new SyntheticDirectory(fileSystem, new(fileSystem, number, fileSystem.DirectoryPermissions), entries, cachesNames: false);
    }

    private static void FillClass(StaticEntries directory, string kind)
    {
        foreach ((string of, string name, _, _, _) in s_devices)
        {
            string target = $"../../devices/virtual/{kind}/{name}";
            if (of == kind)
                directory.Link(name, () => target);
        }
    }

    private static void FillDevices(StaticEntries directory, string kind)
    {
        foreach ((string of, string name, int major, int minor, uint mode) in s_devices)
        {
            if (of != kind)
                continue;
            directory.Directory(name, one => one
                .Text("dev", string.Create(CultureInfo.InvariantCulture, $"{major}:{minor}\n"))
                .Link("subsystem", () => "../../../../class/" + kind)
                .Setting("uevent", () => Event(name, major, minor, mode), Notify));
        }
    }

    private static string Event(string name, int major, int minor, uint mode)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"MAJOR={major}\nMINOR={minor}\nDEVNAME={name}\n");
        return mode == Anybody ? text + "DEVMODE=0666\n" : text;
    }

    /// <summary>Asks for an event to be sent to who listens; nobody can listen yet. EINVAL for what is no event.</summary>
    private static Errno Notify(string text) =>
        text.Split(' ')[0] is "add" or "remove" or "change" or "move" or "online" or "offline" or "bind" or "unbind" ? 0 : Errno.EINVAL;

    private static void FillInterface(StaticEntries entries, NetworkInterface one)
    {
        string everybody = one.IsLoopback ? "00:00:00:00:00:00\n" : "ff:ff:ff:ff:ff:ff\n";
        const int Shown = (int)(InterfaceFlags.IFF_UP | InterfaceFlags.IFF_BROADCAST | InterfaceFlags.IFF_LOOPBACK | InterfaceFlags.IFF_MULTICAST);
        entries
            .Text("addr_assign_type", one.IsLoopback ? "0\n" : "3\n").Text("addr_len", "6\n").Text("address", () => string.Join(':', one.HardwareAddress.Select(static b => b.ToString("x2", CultureInfo.InvariantCulture))) + "\n").Text("broadcast", everybody)
            .Text("carrier", "1\n").Text("carrier_changes", "0\n").Text("carrier_down_count", "0\n").Text("carrier_up_count", "0\n")
            .Text("dev_id", "0x0\n").Text("dev_port", "0\n").Text("dormant", "0\n")
            .Text("flags", () => string.Create(CultureInfo.InvariantCulture, $"0x{(int)one.Flags & Shown:x}\n")).Text("ifalias", "")
            .Text("ifindex", Number(one.Index)).Text("iflink", Number(one.Index)).Text("link_mode", "0\n").Text("mtu", () => Number(one.Mtu))
            .Text("name_assign_type", one.IsLoopback ? "2\n" : "3\n").Text("netdev_group", "0\n").Text("operstate", () => !one.IsUp ? "down\n" : one.Kind == "veth" ? "up\n" : "unknown\n")
            .Text("proto_down", "0\n").Text("testing", "0\n").Text("tx_queue_len", () => Number(one.QueueLength)).Text("type", Number(one.HardwareType))
            .Directory("statistics", statistics =>
            {
                foreach (string counter in s_counters)
                    statistics.Text(counter, () => Number(Counter(one.Counters, counter)));
            })
            .Link("subsystem", static () => "../../../../class/net")
            .Setting("uevent", () => string.Create(CultureInfo.InvariantCulture, $"INTERFACE={one.Name}\nIFINDEX={one.Index}\n"), Notify);
    }

    private static long Counter(InterfaceCounters counters, string name) => name switch
    {
        "rx_bytes" => counters.ReceivedBytes,
        "rx_packets" => counters.ReceivedPackets,
        "rx_dropped" => counters.Dropped,
        "tx_bytes" => counters.SentBytes,
        "tx_packets" => counters.SentPackets,
        _ => 0,
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture) + "\n";
}
