namespace Zonix.Kernel.Memory;

/// <summary>Values of /proc/sys/vm/overcommit_memory. proc_sys_vm(5).</summary>
public enum OvercommitMode
{
    /// <summary>A single request for more than there is is refused.</summary>
    Guess,

    /// <summary>Nothing is refused.</summary>
    Always,

    /// <summary>No more is promised than a part of the memory.</summary>
    Never,
}
