namespace Zonix.Kernel.Vfs;

/// <summary>
/// How often a regular file is open for writing, for reading alone, and how often it is executed: what ETXTBSY and leases
/// depend on. Any thread; takes no lock.
/// </summary>
public struct OpenCounts
{
    // Negative while the file is executed.
    private int writers;
    private int readers;

    /// <summary>Whether somebody may write to it.</summary>
    public readonly int Writers => Math.Max(0, Volatile.Read(in writers));

    /// <summary>Descriptions that are open for reading only.</summary>
    public readonly int Readers => Volatile.Read(in readers);

    /// <summary>One more that may write; false (ETXTBSY) while it is executed.</summary>
    public bool TryAddWriter() => TryChange(1);

    /// <summary>One less.</summary>
    public void RemoveWriter() => Interlocked.Decrement(ref writers);

    /// <summary>It begins to be executed; false (ETXTBSY) while somebody may write to it.</summary>
    public bool TryExecute() => TryChange(-1);

    /// <summary>It is executed once less.</summary>
    public void EndExecution() => Interlocked.Increment(ref writers);

    /// <summary>A description for reading only came or went.</summary>
    public void AddReaders(int count) => Interlocked.Add(ref readers, count);

    private bool TryChange(int step)
    {
        for (int seen = Volatile.Read(ref writers); Math.Sign(seen) != -step;)
        {
            int found = Interlocked.CompareExchange(ref writers, seen + step, seen);
            if (found == seen)
                return true;
            seen = found;
        }
        return false;
    }
}
