using Zonix.Abi;
using Zonix.Kernel.Groups;

namespace Zonix.Lx.Cgroup;

/// <summary>All files that control groups can have, in the order in which directories list them.</summary>
internal sealed class CgroupFiles
{
    private readonly CgroupFileKind[] kinds;

    internal CgroupFiles()
    {
        kinds = [.. CoreFiles.Kinds(), .. CpuFiles.Kinds(), .. CpusetFiles.Kinds(), .. MemoryFiles.Kinds(), .. MemoryFiles.SwapKinds(), .. PidsFiles.Kinds(), .. IoFiles.Kinds()];
    }

    /// <summary>The kinds.</summary>
    internal ReadOnlySpan<CgroupFileKind> Kinds => kinds;

    /// <summary>Stores a limit of tasks or groups: a number or "max".</summary>
    internal static Errno SetLimit(string text, long none, Action<long> set)
    {
        if (!CgroupText.TryParseLimit(text, none, out long value))
            return Errno.EINVAL;
        set(value);
        return 0;
    }

    /// <summary>Stores a limit in bytes.</summary>
    internal static Errno SetBytes(string text, Action<ulong> set)
    {
        if (!CgroupText.TryParseBytes(text, out ulong bytes))
            return Errno.EINVAL;
        set(bytes);
        return 0;
    }

    /// <summary>Stores 0 or 1.</summary>
    internal static Errno SetSwitch(string text, Action<bool> set)
    {
        if (text is not ("0" or "1"))
            return long.TryParse(text, out _) ? Errno.ERANGE : Errno.EINVAL;
        set(text == "1");
        return 0;
    }
}
