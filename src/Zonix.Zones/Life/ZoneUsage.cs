using Zonix.Kernel.Groups;

namespace Zonix.Zones.Life;

/// <summary>What a zone uses now.</summary>
public readonly record struct ZoneUsage
{
    /// <summary>Nanoseconds of CPU time that its processes have used.</summary>
    public long CpuNs { get; init; }

    /// <summary>Of these, in the kernel.</summary>
    public long SystemNs { get; init; }

    /// <summary>How often it was held back by its limit, of so many periods, and for how many nanoseconds.</summary>
    public (long Periods, long Throttled, long ThrottledNs) Throttling { get; init; }

    /// <summary>Bytes of memory.</summary>
    public ulong MemoryBytes { get; init; }

    /// <summary>Bytes it may use.</summary>
    public ulong MemoryLimit { get; init; }

    /// <summary>Tasks.</summary>
    public long Tasks { get; init; }

    /// <summary>Tasks it may have; <see cref="long.MaxValue"/>: as many as numbers.</summary>
    public long TaskLimit { get; init; }

    /// <summary>Bytes that were read from files.</summary>
    public long ReadBytes { get; init; }

    /// <summary>Bytes that were written to files.</summary>
    public long WrittenBytes { get; init; }

    internal static ZoneUsage Of(Zone zone)
    {
        ControlGroup root = zone.Groups.Root;
        var devices = root.Io.Devices.ToArray();
        return new ZoneUsage
        {
            CpuNs = zone.CpuGroup.UsageNs,
            SystemNs = zone.CpuGroup.SystemNs,
            Throttling = (zone.CpuGroup.Periods, zone.CpuGroup.ThrottledPeriods, zone.CpuGroup.ThrottledNs),
            MemoryBytes = zone.Memory.Measure(),
            MemoryLimit = Math.Min(root.Memory.Max, zone.Memory.Total),
            Tasks = root.Pids.Current,
            TaskLimit = root.Pids.Limit,
            ReadBytes = devices.Sum(device => device.ReadBytes),
            WrittenBytes = devices.Sum(device => device.WrittenBytes),
        };
    }
}
