namespace Zonix.Machine;

/// <summary>A descriptor table as user mode sees it: few entries in use, any thread.</summary>
public sealed class SegmentTable
{
    private readonly Lock _lock = new();
    private SegmentDescriptor[] _entries = [];

    /// <summary>Entries up to the last one that was set.</summary>
    public int Count => Volatile.Read(ref _entries).Length;

    /// <summary>An entry; one that is not present if it was never set.</summary>
    public SegmentDescriptor this[int index]
    {
        get
        {
            SegmentDescriptor[] entries = Volatile.Read(ref _entries);
            return (uint)index < (uint)entries.Length ? entries[index] : default;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            lock (_lock)
            {
                var next = new SegmentDescriptor[Math.Max(_entries.Length, index + 1)];
                _entries.CopyTo(next, 0);
                next[index] = value;
                Volatile.Write(ref _entries, next);
            }
        }
    }

    /// <summary>Takes over what another table holds.</summary>
    public void CopyFrom(SegmentTable other)
    {
        ArgumentNullException.ThrowIfNull(other);
        lock (_lock)
            Volatile.Write(ref _entries, Volatile.Read(ref other._entries));
    }
}
