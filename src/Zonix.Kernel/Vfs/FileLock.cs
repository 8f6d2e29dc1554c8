namespace Zonix.Kernel.Vfs;

/// <summary>A lock on a range of a file. <paramref name="End"/> is the first byte behind it.</summary>
/// <param name="Owner">A process (POSIX locks) or a description (OFD locks, flock).</param>
/// <param name="Pid">The process F_GETLK shows; -1 for OFD locks.</param>
/// <param name="Start">First byte.</param>
/// <param name="End">First byte behind.</param>
/// <param name="Exclusive">A write lock.</param>
public sealed record FileLock(object Owner, int Pid, long Start, long End, bool Exclusive)
{
    /// <summary>Whether both cannot be held at a time.</summary>
    public bool Conflicts(FileLock other) =>
        !ReferenceEquals(Owner, other.Owner) && (Exclusive || other.Exclusive) && Start < other.End && other.Start < End;
}
