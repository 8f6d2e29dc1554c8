using System.Diagnostics;
using Zonix.Host.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>
/// The memory of a zone: its settings, the address spaces that use it, and how much that is. Any thread.
/// </summary>
/// <remarks>Its gate is taken inside an address space's lock to add and remove, and never the other way round.</remarks>
public sealed class MemoryGroup
{
    private readonly Lock gate = new();
    private readonly HashSet<AddressSpace> spaces = [];
    private readonly List<Func<ulong>> sources = [];
    private readonly Lock kindsGate = new();
    private ulong memory;
    private (ulong Anonymous, ulong Shared, ulong Mapped) kinds;
    private long kindsUntil;

    /// <summary>Most areas of an address space. /proc/sys/vm/max_map_count.</summary>
    public int MaxAreas { get; set; } = AddressSpace.MaxAreas;

    /// <summary>How more memory than there is may be promised. /proc/sys/vm/overcommit_memory.</summary>
    public OvercommitMode Overcommit { get; set; }

    /// <summary>How much of the memory may be promised when no more than that may be, in percent. /proc/sys/vm/overcommit_ratio.</summary>
    public int OvercommitRatio { get; set; } = 50;

    /// <summary>The same in bytes; 0: the ratio counts. /proc/sys/vm/overcommit_kbytes.</summary>
    public ulong OvercommitBytes { get; set; }

    /// <summary>Bytes of memory that the zone may use; <see cref="ulong.MaxValue"/>: all there are.</summary>
    public ulong Limit { get; init; } = ulong.MaxValue;

    /// <summary>Bytes of memory that its programs see.</summary>
    public ulong Total
    {
        get
        {
            if (memory == 0)
                memory = HostResources.GetMemory().Total;
            return Math.Min(memory, Limit);
        }
    }

    /// <summary>Bytes of memory that its programs see, and how many of them are free.</summary>
    public (ulong Total, ulong Free) TotalAndFree()
    {
        (ulong total, ulong free) = HostResources.GetMemory();
        if (Limit >= total)
            return (total, free);
        ulong used = Measure();
        return (Limit, Math.Min(Limit - Math.Min(used, Limit), free));
    }

    /// <summary>Bytes that may be promised in <see cref="OvercommitMode.Never"/>.</summary>
    public ulong CommitLimit => OvercommitBytes != 0 ? OvercommitBytes : Total / 100 * (ulong)OvercommitRatio;

    /// <summary>Bytes that have been promised.</summary>
    public ulong Committed
    {
        get
        {
            lock (gate)
            {
                ulong sum = 0;
                foreach (AddressSpace space in spaces)
                    sum += space.CommittedBytes;
                return sum;
            }
        }
    }

    /// <summary>The most that was ever measured.</summary>
    public ulong Peak { get; private set; }

    /// <summary>The address spaces: a copy.</summary>
    public AddressSpace[] Spaces
    {
        get
        {
            lock (gate)
                return [.. spaces];
        }
    }

    /// <summary>A source is gone.</summary>
    public void RemoveSource(Func<ulong> source)
    {
        lock (gate)
            sources.Remove(source);
    }

    /// <summary>Adds something else that uses memory: bytes.</summary>
    public void AddSource(Func<ulong> source)
    {
        lock (gate)
            sources.Add(source);
    }

    /// <summary>Bytes that its processes, files in memory and shared segments hold now. Takes time for each area of each process.</summary>
    public ulong Measure()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        ulong bytes = 0;
        foreach (AddressSpace space in Spaces)
            bytes += space.HeldBytes(seen);
        Func<ulong>[] others;
        lock (gate)
            others = [.. sources];
        foreach (Func<ulong> source in others)
            bytes += source();
        Peak = Math.Max(Peak, bytes);
        return bytes;
    }

    /// <summary>
    /// Bytes that its processes hold for themselves, that files in memory and shared segments hold, and that processes have mapped of
    /// files, where pages that several show count in parts. Takes time for each area of each process, and so is remembered for a
    /// multiple of that: who looks all the time does not slow the machine down.
    /// </summary>
    public (ulong Anonymous, ulong Shared, ulong Mapped) MeasureKinds()
    {
        const int Patience = 20;
        lock (kindsGate)
        {
            long start = Stopwatch.GetTimestamp();
            if (start < kindsUntil)
                return kinds;
            kinds = MeasureKindsNow();
            long now = Stopwatch.GetTimestamp();
            kindsUntil = now + ((now - start) * Patience);
            return kinds;
        }
    }

    private (ulong Anonymous, ulong Shared, ulong Mapped) MeasureKindsNow()
    {
        ulong all = Measure(), shared = 0, mapped = 0;
        Func<ulong>[] others;
        lock (gate)
            others = [.. sources];
        foreach (Func<ulong> source in others)
            shared += source();
        foreach (AddressSpace space in Spaces)
        {
            AreaUsage usage = space.MeasureUsage();
            ulong ofFiles = usage.OfFiles + usage.SharedMemory;
            mapped += usage.Resident == 0 ? 0 : (ulong)((double)ofFiles * usage.Proportional / usage.Resident);
        }

        return (all - Math.Min(shared, all), shared, mapped);
    }

    /// <summary>Bytes of the host's that more could be had of at once: free, and what it would give up of its caches.</summary>
    public static ulong HostAvailable => HostResources.GetAvailableMemory();

    /// <summary>An address space has been made; it leaves when it is no longer used.</summary>
    public void Add(AddressSpace space)
    {
        lock (gate)
            spaces.Add(space);
    }

    internal void Remove(AddressSpace space)
    {
        lock (gate)
            spaces.Remove(space);
    }

    /// <summary>Whether so many bytes more may be promised.</summary>
    internal bool MayCommit(ulong bytes) => Overcommit switch
    {
        // What can never be there is "obvious overcommit".
        OvercommitMode.Guess => bytes <= Total,
        OvercommitMode.Always => true,
        _ => CommitLimit is var most && Committed is var now && now <= most && bytes <= most - now,
    };
}
