namespace Zonix.Lx.Proc;

/// <summary>When a file of /proc/[pid] asks whether the reader may look into the process. ptrace(2), "Ptrace access mode checking".</summary>
internal enum ProcGuard
{
    /// <summary>Never: permissions of the file are all there is.</summary>
    None,

    /// <summary>When it is opened: EACCES.</summary>
    Opening,

    /// <summary>When it is read: EACCES.</summary>
    Reading,

    /// <summary>When it is read: EPERM for others without CAP_SYS_NICE.</summary>
    ReadingNice,
}
