using Zonix.Abi;
using Zonix.Kernel;

namespace Zonix.Lx.Loader;

/// <summary>
/// Where the segments of an image go for a given bias. Computed without touching memory, so that every overflow and
/// contradiction in the headers is found in one place. The rules are those of Linux's binfmt_elf.
/// </summary>
internal sealed class SegmentPlan
{
    private const ulong PageMask = 4095;

    private SegmentPlan(ulong bias, SegmentMapping[] mappings)
    {
        Bias = bias;
        Mappings = mappings;
    }

    /// <summary>What is added to every address of the file.</summary>
    internal ulong Bias { get; }

    /// <summary>One entry for each PT_LOAD, in the order of the file; later ones replace earlier ones where they overlap.</summary>
    internal SegmentMapping[] Mappings { get; }

    /// <summary>End of the last segment: the heap starts behind it.</summary>
    internal ulong ProgramBreak { get; private set; }

    /// <summary>First byte of executable segments.</summary>
    internal ulong StartCode { get; private set; } = ulong.MaxValue;

    /// <summary>End of the file's part of executable segments.</summary>
    internal ulong EndCode { get; private set; }

    /// <summary>Start of the last data segment.</summary>
    internal ulong StartData { get; private set; }

    /// <summary>End of the file's part of all segments.</summary>
    internal ulong EndData { get; private set; }

    /// <summary>Lays the image out; addresses must end below <paramref name="limit"/>.</summary>
    /// <returns>Success; EINVAL, ENOMEM or EPERM as mmap(2) would answer for a segment.</returns>
    internal static SysResult Create(ElfImage image, ulong bias, ulong limit, ulong lowest, out SegmentPlan? plan)
    {
        plan = null;
        var mappings = new List<SegmentMapping>();
        var made = new SegmentPlan(bias, []);
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type != SegmentType.PT_LOAD)
                continue;
            SysResult result = Place(segment, bias, limit, lowest, out SegmentMapping mapping);
            if (result.IsError)
                return result;
            mappings.Add(mapping);
            made.Extend(segment, unchecked(bias + segment.VirtualAddress));
        }

        if (mappings.Count == 0)
            return Errno.EINVAL;
        plan = new SegmentPlan(bias, [.. mappings])
        {
            ProgramBreak = made.ProgramBreak,
            StartCode = made.StartCode,
            EndCode = made.EndCode,
            StartData = made.StartData,
            EndData = made.EndData,
        };
        return SysResult.Success;
    }

    private static SysResult Place(in ElfSegment segment, ulong bias, ulong limit, ulong lowest, out SegmentMapping mapping)
    {
        mapping = default;
        ulong start = unchecked(bias + segment.VirtualAddress);
        if (start >= limit || segment.FileSize > segment.MemorySize || segment.MemorySize > limit || limit - segment.MemorySize < start)
            return Errno.EINVAL;
        ulong page = start & ~PageMask;
        ulong within = start & PageMask;

        // From here on start + MemorySize <= limit, which is far from overflow.
        ulong fileLength = segment.FileSize == 0 ? 0 : PageAlign(segment.FileSize + within);
        ulong fileOffset = unchecked(segment.Offset - within);
        if (fileLength != 0 && ((fileOffset & PageMask) != 0 || fileOffset > long.MaxValue || fileOffset + fileLength > long.MaxValue))
            return (fileOffset & PageMask) != 0 ? Errno.EINVAL : Errno.EOVERFLOW;
        if (page < lowest && segment.MemorySize != 0)
            return Errno.EPERM;
        ulong fileEnd = start + segment.FileSize;
        ulong memoryEnd = start + segment.MemorySize;
        bool zeroes = segment.MemorySize > segment.FileSize;
        ulong anonymousStart = segment.FileSize == 0 ? page : PageAlign(fileEnd);
        ulong anonymousEnd = zeroes ? PageAlign(memoryEnd) : anonymousStart;
        if (page + fileLength > limit || anonymousEnd > limit)
            return Errno.ENOMEM;
        mapping = new SegmentMapping(
            page,
            fileLength,
            fileLength == 0 ? 0 : fileOffset,
            segment.Protection,
            zeroes && fileLength != 0 ? fileEnd : 0,
            zeroes && fileLength != 0 ? PageAlign(fileEnd) : 0,
            anonymousStart,
            Math.Max(anonymousStart, anonymousEnd));
        return SysResult.Success;
    }

    private static ulong PageAlign(ulong value) => (value + PageMask) & ~PageMask;

    private void Extend(in ElfSegment segment, ulong start)
    {
        bool executable = segment.Flags.HasFlag(SegmentFlags.PF_X);
        if (executable)
            StartCode = Math.Min(StartCode, start);
        StartData = Math.Max(StartData, start);
        if (executable)
            EndCode = Math.Max(EndCode, start + segment.FileSize);
        EndData = Math.Max(EndData, start + segment.FileSize);
        ProgramBreak = Math.Max(ProgramBreak, start + segment.MemorySize);
    }
}
