using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Vdso;

namespace Zonix.Lx.Proc;

/// <summary>The files of /proc/[pid] that tell of its memory. proc_pid_maps(5), proc_pid_smaps(5), proc_pid_statm(5).</summary>
internal static class MemoryText
{
    private const ulong PageSize = AddressSpace.PageSize;

    private static readonly (VmaFlags Flag, string Name)[] s_flags =
    [
        (VmaFlags.Shared, "sh"), (VmaFlags.MayRead, "mr"), (VmaFlags.MayWrite, "mw"), (VmaFlags.MayExecute, "me"),
        (VmaFlags.Shared, "ms"), (VmaFlags.GrowsDown, "gd"), (VmaFlags.Locked, "lo"), (VmaFlags.SequentialRead, "sr"),
        (VmaFlags.RandomRead, "rr"), (VmaFlags.DontFork, "dc"), (VmaFlags.Accounted, "ac"), (VmaFlags.NoReserve, "nr"),
        (VmaFlags.LockOnFault, "lf"), (VmaFlags.WipeOnFork, "wf"), (VmaFlags.DontDump, "dd"), (VmaFlags.HugePage, "hg"),
        (VmaFlags.NoHugePage, "nh"), (VmaFlags.Mergeable, "mg"), (VmaFlags.Sealed, "sl"),
    ];

    internal static string Maps(AddressSpace? memory, bool detailed = false)
    {
        if (memory is null)
            return "";
        var text = new StringBuilder();
        foreach (AreaDescription area in memory.Describe(detailed))
        {
            Prot p = area.Protection;
            char Bit(Prot bit, char c) => (p & bit) != 0 ? c : '-';
            string line = string.Create(CultureInfo.InvariantCulture,
                $"{area.Start:x8}-{area.End:x8} {Bit(Prot.PROT_READ, 'r')}{Bit(Prot.PROT_WRITE, 'w')}{Bit(Prot.PROT_EXEC, 'x')}" +
                $"{((area.Flags & VmaFlags.Shared) != 0 ? 's' : 'p')} {area.Offset:x8} {area.Name.Device >> 32:x2}:{(uint)area.Name.Device:x2} {area.Name.Inode} ");
            text.Append(area.Name.Path.Length == 0 ? line : line.PadRight(73) + area.Name.Path).Append('\n');
            if (!detailed)
                continue;
            Line(text, "Size", area.End - area.Start);
            Line(text, "KernelPageSize", PageSize);
            Line(text, "MMUPageSize", PageSize);
            Append(text, area.Usage, (area.Flags & VmaFlags.Shared) != 0);
            text.Append("THPeligible:           0\n");
            AppendFlags(text, area);
        }
        return text.Append(AfterAreas(memory, detailed)).ToString();
    }

    private static string AfterAreas(AddressSpace memory, bool detailed)
    {
        if (memory.Window.IsI386 || memory.MappedBytes == 0)
            return "";
        if (!detailed)
            return VsyscallPage.Area;
        var text = new StringBuilder(VsyscallPage.Area);
        Line(text, "Size", PageSize);
        Line(text, "KernelPageSize", PageSize);
        Line(text, "MMUPageSize", PageSize);
        Append(text, default, isShared: false);
        return text.Append("THPeligible:           0\nVmFlags: ex \n").ToString();
    }

    /// <summary>The sum of all areas. proc_pid_smaps_rollup(5).</summary>
    internal static string Rollup(AddressSpace? memory)
    {
        if (memory is null)
            return "";
        List<AreaDescription> areas = memory.Describe(measure: true);
        var sum = default(AreaUsage);
        foreach (AreaDescription area in areas)
            sum += area.Usage;
        var text = new StringBuilder();
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{(areas.Count == 0 ? 0 : areas[0].Start):x8}-{(areas.Count == 0 ? 0 : areas[^1].End):x8} ---p 00000000 00:00 0 ");
        text.Append(line.PadRight(73)).Append("[rollup]\n");
        Append(text, sum, isShared: false, isRollup: true);
        return text.ToString();
    }

    internal static string StatM(ProcSubject subject)
    {
        if (subject.Memory is not { } memory)
            return "0 0 0 0 0 0 0\n";
        AreaUsage usage = subject.Process.MemoryUsage;
        (ulong data, ulong stack, ulong code, _) = memory.MappedByKind();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{memory.MappedBytes / PageSize} {usage.Resident / PageSize} {(usage.Resident - usage.Anonymous) / PageSize} {code / PageSize} 0 {(data + stack) / PageSize} 0\n");
    }

    /// <summary>The lines of /proc/[pid]/status; proc_pid_status(5).</summary>
    internal static string Status(Process process, AddressSpace memory)
    {
        AreaUsage usage = process.MemoryUsage;
        (ulong data, ulong stack, ulong code, ulong libraries) = memory.MappedByKind();
        var text = new StringBuilder();
        void Line(string name, ulong bytes) => text.Append(CultureInfo.InvariantCulture, $"{name}:\t{bytes / 1024,8} kB\n");
        Line("VmPeak", memory.PeakMappedBytes);
        Line("VmSize", memory.MappedBytes);
        Line("VmLck", memory.LockedBytes);
        Line("VmPin", 0);
        Line("VmHWM", memory.PeakResidentBytes);
        Line("VmRSS", usage.Resident);
        Line("RssAnon", usage.Anonymous);
        Line("RssFile", usage.OfFiles);
        Line("RssShmem", usage.SharedMemory);
        Line("VmData", data);
        Line("VmStk", stack);
        Line("VmExe", code);
        Line("VmLib", libraries);
        Line("VmPTE", memory.TableBytes);
        Line("VmSwap", 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, in AreaUsage usage, bool isShared, bool isRollup = false)
    {
        // What is written back is not told apart: anonymous pages are dirty, those of files are clean.
        ulong dirty = isShared ? 0 : usage.Anonymous, sharedDirty = isShared ? 0 : usage.SharedAnonymous;
        dirty += usage.SharedMemory;
        sharedDirty += usage.SharedMemory == 0 ? 0 : Math.Min(usage.SharedMemory, usage.Shared - sharedDirty);
        ulong sharedClean = usage.Shared - sharedDirty;
        Line(text, "Rss", usage.Resident);
        Line(text, "Pss", usage.Proportional);
        Line(text, "Pss_Dirty", Math.Min(dirty, usage.Proportional));
        if (isRollup)
        {
            Line(text, "Pss_Anon", Math.Min(usage.Anonymous, usage.Proportional));
            Line(text, "Pss_File", Math.Min(usage.OfFiles, usage.Proportional));
            Line(text, "Pss_Shmem", Math.Min(usage.SharedMemory, usage.Proportional));
        }
        Line(text, "Shared_Clean", sharedClean);
        Line(text, "Shared_Dirty", sharedDirty);
        Line(text, "Private_Clean", usage.Resident - dirty - sharedClean);
        Line(text, "Private_Dirty", dirty - sharedDirty);
        Line(text, "Referenced", usage.Resident);
        Line(text, "Anonymous", usage.Anonymous);
        foreach (string none in (ReadOnlySpan<string>)["KSM", "LazyFree", "AnonHugePages", "ShmemPmdMapped", "FilePmdMapped", "Shared_Hugetlb",
            "Private_Hugetlb", "Swap", "SwapPss"])
        {
            Line(text, none, 0);
        }
        Line(text, "Locked", usage.Locked);
    }

    private static void AppendFlags(StringBuilder text, in AreaDescription area)
    {
        text.Append("VmFlags:");
        if ((area.Protection & Prot.PROT_READ) != 0)
            text.Append(" rd");
        if ((area.Protection & Prot.PROT_WRITE) != 0)
            text.Append(" wr");
        if ((area.Protection & Prot.PROT_EXEC) != 0)
            text.Append(" ex");
        foreach ((VmaFlags flag, string name) in s_flags)
        {
            if ((area.Flags & flag) != 0)
                text.Append(' ').Append(name);
        }
        text.Append(" \n");
    }

    private static void Line(StringBuilder text, string name, ulong bytes) =>
        text.Append(CultureInfo.InvariantCulture, $"{name + ":",-16}{bytes / 1024,8} kB\n");
}
