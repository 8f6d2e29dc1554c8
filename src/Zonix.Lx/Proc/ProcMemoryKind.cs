namespace Zonix.Lx.Proc;

/// <summary>What a file shows of a process's memory.</summary>
internal enum ProcMemoryKind
{
    /// <summary>/proc/[pid]/mem.</summary>
    Contents,

    /// <summary>/proc/[pid]/pagemap.</summary>
    PageMap,
}
