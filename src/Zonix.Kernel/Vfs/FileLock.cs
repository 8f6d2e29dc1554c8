namespace Zonix.Kernel.Vfs;

/// <summary>A lock on a range of a file. <paramref name="End"/> is the first byte behind it.</summary>
/// <param name="Kind">Locks of POSIX and of descriptions are in each other's way; those of flock(2) only in their own.</param>
/// <param name="Owner">A descriptor table (POSIX locks) or a description (OFD locks, flock).</param>
/// <param name="Pid">The process that set it; -1 for OFD locks.</param>
/// <param name="Start">First byte.</param>
/// <param name="End">First byte behind.</param>
/// <param name="Exclusive">A write lock.</param>
public sealed record FileLock(FileLockKind Kind, object Owner, int Pid, long Start, long End, bool Exclusive)
{
    /// <summary>Whether both cannot be held at a time.</summary>
    public bool Conflicts(FileLock other) =>
        !ReferenceEquals(Owner, other.Owner) && (Exclusive || other.Exclusive) && Start < other.End && other.Start < End;
}
