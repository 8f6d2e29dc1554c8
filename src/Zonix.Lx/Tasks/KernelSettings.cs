namespace Zonix.Lx.Tasks;

/// <summary>Settings of a zone that /proc/sys shows and root may change. proc_sys(5). Any thread.</summary>
internal sealed class KernelSettings
{
    /// <summary>/proc/sys/fs/nr_open at the start.</summary>
    internal const int DefaultMaxOpenFiles = 1 << 20;

    private volatile int maxOpenFiles = DefaultMaxOpenFiles;
    private volatile int suidDumpable;
    private volatile bool coreUsesPid;
    private volatile string corePattern = "core";

    /// <summary>/proc/sys/fs/aio-nr and aio-max-nr.</summary>
    internal Aio.AioLimits AioLimits { get; } = new();

    /// <summary>/proc/sys/fs/nr_open: the highest RLIMIT_NOFILE, and one more than the highest descriptor.</summary>
    internal int MaxOpenFiles
    {
        get => maxOpenFiles;
        set => maxOpenFiles = value;
    }

    /// <summary>/proc/sys/fs/suid_dumpable: PR_GET_DUMPABLE of a process that has changed its identity.</summary>
    internal int SuidDumpable
    {
        get => suidDumpable;
        set => suidDumpable = value;
    }

    /// <summary>/proc/sys/kernel/core_pattern. core(5).</summary>
    internal string CorePattern
    {
        get => corePattern;
        set => corePattern = value;
    }

    /// <summary>/proc/sys/kernel/core_uses_pid.</summary>
    internal bool CoreUsesPid
    {
        get => coreUsesPid;
        set => coreUsesPid = value;
    }
}
