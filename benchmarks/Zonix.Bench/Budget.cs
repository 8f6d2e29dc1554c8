using Zonix.Bench.Zones;

namespace Zonix.Bench;

/// <summary>The budgets that this program can judge; docs/architecture.md holds all of them.</summary>
internal static class Budget
{
    private static readonly (string What, string Name, double Limit)[] Processes =
    [
        ("pipe round trip between two processes", "pipe-round-trip", 0.15),
        ("the same, both on one CPU", "pipe-round-trip-one-cpu", 0.15),
        ("epoll round trip between two processes", "epoll-round-trip", 1),
        ("TCP over lo, round trip between two processes", "tcp-round-trip", 0.3),
        ("the same between two threads", "tcp-round-trip-threads", 0.3),
        ("local sockets, round trip between two processes", "unix-round-trip", 0.3),
        ("the same between two threads", "unix-round-trip-threads", 0.3),
        ("TCP over lo, bulk", "tcp-64k", 1),
        ("local sockets, bulk", "unix-64k", 1),
        ("TCP over lo, connect + accept + close", "tcp-connect+close", 1),
        ("fork + exit", "fork+exit", 1),
        ("fork + exec + exit of /bin/true", "fork+exec+exit", 1),
        ("pty round trip between two processes", "pty-round-trip", 1),
        ("pty, bulk output as it is", "pty-64k-raw", 1 / 0.9),
        ("pty, bulk output in lines", "pty-64k-lines", 1 / 0.9),
    ];

    // Zones and hosts, against two processes of the host over lo: 0.6 of the throughput is 1 / 0.6 of the time.
    private static readonly (string What, string Name, double Limit)[] Networks =
    [
        ("zone to zone by name, round trip", "zones-tcp-round-trip", 0.3),
        ("zone to zone, bulk", "zones-tcp-64k", 1),
        ("zone to zone, connect and close", "zones-tcp-connect+close", 1),
        ("host to a published port, bulk", "published-tcp-64k", 1 / 0.6),
        ("zone to the host by the gateway, bulk", "gateway-tcp-64k", 1 / 0.6),
    ];

    // Bulk figures are times per MiB: 0.9 of the throughput is 1 / 0.9 of the time.
    private static readonly (string What, string Name, double Limit)[] Files =
    [
        ("stat of a remembered path", "stat", 1),
        ("access of a name that is missing", "access-missing", 1),
        ("open + read + close of a small file", "open+read+close", 1),
        ("create + write + unlink in tmpfs", "create+write+unlink", 1),
        ("the same in the root file system", "create+write+unlink-root", 1),
        ("readdir of 10,000 entries in tmpfs", "readdir-10000", 1),
        ("the same in the root file system", "readdir-10000-root", 1),
        ("walk of a tree with lstat", "walk", 1),
        ("sequential write, tmpfs", "write-1GiB-tmpfs", 1 / 0.9),
        ("sequential read, tmpfs", "read-1GiB-tmpfs", 1 / 0.9),
        ("sequential read, root file system", "read-1GiB-root", 1 / 0.9),
    ];

    // Medians; in milliseconds, of sleepers in MiB. 150 MB a second are 6.67 ms for each.
    private static readonly (string What, string Name, double Limit, double Unit)[] Zones =
    [
        ("start of a zone in a running machine, ms", ZoneSession.Start, 5, 1e6),
        ("the same from the shell, ms", ZoneSession.Shell, 60, 1e6),
        ("100 zones cloned, ms", ZoneSession.Clone, 1000, 1e6),
        ("snapshot and roll-back around rm -rf, ms", ZoneSession.Back, 100, 1e6),
        ("1,000 zones asleep, MiB", ZoneSession.Sleepers, 4096, 1 << 20),
        ("unpacking an image, ms for a MB", ZoneSession.Unpack, 1000.0 / 150, 1e6),
    ];

    /// <summary>Each budget with what was measured for it; null where something is missing.</summary>
    internal static IEnumerable<(string What, double Limit, double? Measured)> Judge(IReadOnlyCollection<Measurement> all)
    {
        yield return ("CPU-bound, geometric mean, small window", 1.15, Mean(all, "small"));
        yield return ("CPU-bound, worst, small window", 1.6, Worst(all, "small"));
        yield return ("CPU-bound, geometric mean, large window", 1.35, Mean(all, "large"));
        yield return ("CPU-bound, worst, large window", 2, Worst(all, "large"));
        yield return ("null system call", 0.25, all.FirstOrDefault(one => one.Name == "null-call")?.Ratio("small"));
        foreach ((string what, string name, double limit) in Processes)
            yield return (what, limit, all.FirstOrDefault(one => one.Name == name)?.Ratio("small"));
        foreach ((string what, string name, double limit) in Networks)
            yield return (what, limit, all.FirstOrDefault(one => one.Name == name)?.Ratio("small"));
        yield return ("stat of a remembered path, ns", 1000, all.FirstOrDefault(one => one.Name == "stat")?.Median("small"));
        foreach ((string what, string name, double limit) in Files)
            yield return (what, limit, all.FirstOrDefault(one => one.Name == name)?.Ratio("small"));
        yield return ("cold start of true, ms", 40, all.FirstOrDefault(one => one.Name == "true, from the shell")?.Median("small") / 1e6);
        foreach ((string what, string name, double limit, double unit) in Zones)
            yield return (what, limit, all.FirstOrDefault(one => one.Name == name)?.Median("small") / unit);
    }

    /// <summary>The geometric mean of the ratios of the group cpu.</summary>
    internal static double? Mean(IEnumerable<Measurement> all, string variant, string to = "native")
    {
        double[] ratios = Ratios(all, variant, to);
        return ratios.Length == 0 ? null : Math.Exp(ratios.Average(Math.Log));
    }

    private static double? Worst(IEnumerable<Measurement> all, string variant) => Ratios(all, variant, "native") is { Length: > 0 } ratios ? ratios.Max() : null;

    private static double[] Ratios(IEnumerable<Measurement> all, string variant, string to) =>
        [.. all.Where(one => one.Group == "cpu").Select(one => one.Ratio(variant, to)).OfType<double>()];
}
