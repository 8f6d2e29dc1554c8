using System.Collections.Concurrent;

namespace Zonix.Kernel.Groups;

/// <summary>What a group has read from and written to each device. Any thread.</summary>
public sealed class IoUsage
{
    private readonly ConcurrentDictionary<ulong, Counts> devices = new();

    /// <summary>What it has used of each device, by the device's number.</summary>
    public IEnumerable<(ulong Device, long ReadBytes, long WrittenBytes, long Reads, long Writes)> Devices =>
        devices.Select(pair => (pair.Key, Volatile.Read(ref pair.Value.ReadBytes), Volatile.Read(ref pair.Value.WrittenBytes),
            Volatile.Read(ref pair.Value.Reads), Volatile.Read(ref pair.Value.Writes)));

    /// <summary>Something was read or written; what is not positive counts as nothing.</summary>
    internal void Count(ulong device, long readBytes, long writtenBytes)
    {
        Counts counts = Of(device);
        if (readBytes > 0)
        {
            Interlocked.Add(ref counts.ReadBytes, readBytes);
            Interlocked.Increment(ref counts.Reads);
        }

        if (writtenBytes > 0)
        {
            Interlocked.Add(ref counts.WrittenBytes, writtenBytes);
            Interlocked.Increment(ref counts.Writes);
        }
    }

    /// <summary>Adds what a group has used to that of another one.</summary>
    internal void MoveTo(IoUsage other)
    {
        foreach ((ulong device, Counts counts) in devices)
        {
            Counts sum = other.Of(device);
            Interlocked.Add(ref sum.ReadBytes, Interlocked.Exchange(ref counts.ReadBytes, 0));
            Interlocked.Add(ref sum.WrittenBytes, Interlocked.Exchange(ref counts.WrittenBytes, 0));
            Interlocked.Add(ref sum.Reads, Interlocked.Exchange(ref counts.Reads, 0));
            Interlocked.Add(ref sum.Writes, Interlocked.Exchange(ref counts.Writes, 0));
        }
    }

    private Counts Of(ulong device) => devices.TryGetValue(device, out Counts? counts) ? counts : devices.GetOrAdd(device, static _ => new Counts());

    private sealed class Counts
    {
        public long ReadBytes, WrittenBytes, Reads, Writes;
    }
}
