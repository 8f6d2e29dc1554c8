using System.Globalization;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Sys;

/// <summary>/sys/class, /sys/dev and /sys/devices/virtual: the nodes of /dev, and the interface lo.</summary>
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

    internal static void FillClasses(StaticEntries classes) => classes
        .Directory("block", static _ => { })
        .Directory("mem", static all => FillClass(all, "mem"))
        .Directory("misc", static _ => { })
        .Directory("net", static net => net.Link("lo", static () => "../../devices/virtual/net/lo"))
        .Directory("tty", static all => FillClass(all, "tty"));

    internal static void FillNumbers(StaticEntries numbers)
    {
        foreach ((string kind, string name, int major, int minor, _) in s_devices)
        {
            string target = $"../../devices/virtual/{kind}/{name}";
            numbers.Link(string.Create(CultureInfo.InvariantCulture, $"{major}:{minor}"), () => target);
        }
    }

    internal static void FillVirtual(StaticEntries devices) => devices
        .Directory("mem", static all => FillDevices(all, "mem"))
        .Directory("net", static net => net.Directory("lo", FillLoopback))
        .Directory("tty", static all => FillDevices(all, "tty"));

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

    private static void FillLoopback(StaticEntries lo)
    {
        lo
            .Text("addr_assign_type", "0\n").Text("addr_len", "6\n").Text("address", "00:00:00:00:00:00\n").Text("broadcast", "00:00:00:00:00:00\n")
            .Text("carrier", "1\n").Text("carrier_changes", "0\n").Text("carrier_down_count", "0\n").Text("carrier_up_count", "0\n")
            .Text("dev_id", "0x0\n").Text("dev_port", "0\n").Text("dormant", "0\n").Text("flags", "0x9\n").Text("ifalias", "")
            .Text("ifindex", "1\n").Text("iflink", "1\n").Text("link_mode", "0\n").Text("mtu", "65536\n").Text("name_assign_type", "2\n")
            .Text("netdev_group", "0\n").Text("operstate", "unknown\n").Text("proto_down", "0\n").Text("testing", "0\n")
            .Text("tx_queue_len", "1000\n").Text("type", "772\n")
            .Directory("statistics", static statistics =>
            {
                foreach (string counter in s_counters)
                    statistics.Text(counter, "0\n");
            })
            .Link("subsystem", static () => "../../../../class/net")
            .Setting("uevent", static () => "INTERFACE=lo\nIFINDEX=1\n", Notify);
    }
}
