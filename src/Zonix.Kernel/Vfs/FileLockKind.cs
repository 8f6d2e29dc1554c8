namespace Zonix.Kernel.Vfs;

/// <summary>The kinds of locks that proc_locks(5) tells apart.</summary>
public enum FileLockKind
{
    /// <summary>F_SETLK: of a process, that is, its descriptor table.</summary>
    Posix,

    /// <summary>F_OFD_SETLK: of an open file description.</summary>
    Description,

    /// <summary>flock(2): of an open file description.</summary>
    Whole,

    /// <summary>F_SETLEASE.</summary>
    Lease,
}
