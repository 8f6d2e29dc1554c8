using System.Numerics;
using Zonix.Abi;
using Zonix.Kernel;

namespace Zonix.Lx.Loader;

/// <summary>
/// What the headers of an ELF file say. Parsing is total: any sequence of bytes gives an image or an errno, never an
/// exception. Values are not judged beyond what Linux judges here; <see cref="SegmentPlan"/> checks the rest.
/// </summary>
internal sealed class ElfImage
{
    private const ulong PageMask = 4095;

    private ElfImage(ElfHeader header, ElfSegment[] segments)
    {
        Header = header;
        Segments = segments;
    }

    /// <summary>The file header.</summary>
    internal ElfHeader Header { get; }

    /// <summary>All program headers, in the order of the file.</summary>
    internal ElfSegment[] Segments { get; }

    /// <summary>The path in PT_INTERP without its NUL; null when there is none.</summary>
    internal byte[]? Interpreter { get; private set; }

    /// <summary>Whether PT_GNU_STACK asks for an executable stack. Without that header it is not executable.</summary>
    internal bool ExecutableStack { get; private set; }

    /// <summary>
    /// Whether whatever can be read can be executed: i386 programs older than PT_GNU_STACK rely on it. asm/elf.h, elf_read_implies_exec.
    /// </summary>
    internal bool ReadImpliesExecute => Header.IsI386 && !SaysStack;

    /// <summary>Whether its stack can be executed.</summary>
    internal bool HasExecutableStack(Persona personality) =>
        ExecutableStack || (!SaysStack && (personality & Persona.READ_IMPLIES_EXEC) != 0);

    /// <summary>Whether there is a PT_GNU_STACK.</summary>
    internal bool SaysStack { get; private set; }

    /// <summary>Reads the program of an execve(2). <paramref name="head"/> is the start of the file.</summary>
    /// <returns>Success; ENOEXEC; EIO when the file ends within the path of the interpreter.</returns>
    internal static SysResult ReadProgram(IImageSource source, ReadOnlySpan<byte> head, out ElfImage? image)
    {
        if (!TryReadHeaders(source, head, out image) || image is null)
            return Errno.ENOEXEC;
        foreach (ElfSegment segment in image.Segments)
        {
            if (segment.Type == SegmentType.PT_GNU_STACK)
            {
                image.SaysStack = true;
                image.ExecutableStack = segment.Flags.HasFlag(SegmentFlags.PF_X);
            }

            if (segment.Type != SegmentType.PT_INTERP || image.Interpreter is not null)
                continue;
            SysResult result = image.ReadInterpreterPath(source, segment);
            if (result.IsError)
                return result;
        }

        return SysResult.Success;
    }

    /// <summary>Reads the interpreter that a program names.</summary>
    /// <returns>Success; ELIBBAD when it is no program; EIO when it is shorter than a header.</returns>
    internal static SysResult ReadInterpreter(IImageSource source, bool isI386, out ElfImage? image)
    {
        image = null;
        Span<byte> head = stackalloc byte[ElfLimits.HeaderSize];
        long n = source.ReadAt(head, 0);
        if (n < 0)
            return SysResult.FromRaw(n);
        if (n < head.Length)
            return Errno.EIO;
        return TryReadHeaders(source, head, out image) && image!.Header.IsI386 == isI386 ? SysResult.Success : Errno.ELIBBAD;
    }

    /// <summary>Bytes from the first page of the first PT_LOAD to the end of the last; 0 when there is none.</summary>
    internal ulong TotalMappingSize()
    {
        ulong low = ulong.MaxValue;
        ulong high = 0;
        bool any = false;
        foreach (ElfSegment segment in Segments)
        {
            if (segment.Type != SegmentType.PT_LOAD)
                continue;
            low = Math.Min(low, segment.VirtualAddress & ~PageMask);
            high = Math.Max(high, unchecked(segment.VirtualAddress + segment.MemorySize));
            any = true;
        }

        return any ? unchecked(high - low) : 0;
    }

    /// <summary>The largest p_align of the PT_LOADs that is a power of two, at least a page.</summary>
    internal ulong MaximumAlignment()
    {
        ulong alignment = PageMask + 1;
        foreach (ElfSegment segment in Segments)
        {
            if (segment.Type == SegmentType.PT_LOAD && BitOperations.IsPow2(segment.Alignment))
                alignment = Math.Max(alignment, segment.Alignment);
        }

        return alignment;
    }

    /// <summary>Where the program headers lie in memory, before the bias; 0 when no segment holds them.</summary>
    internal ulong ProgramHeaderAddress()
    {
        ulong address = 0;
        foreach (ElfSegment segment in Segments)
        {
            if (segment.Type == SegmentType.PT_LOAD
                && segment.Offset <= Header.ProgramHeaderOffset
                && unchecked(Header.ProgramHeaderOffset - segment.Offset) < segment.FileSize)
            {
                // binfmt_elf takes the first that holds them.
                address = unchecked(Header.ProgramHeaderOffset - segment.Offset + segment.VirtualAddress);
                break;
            }
        }

        return address;
    }

    private static bool TryReadHeaders(IImageSource source, ReadOnlySpan<byte> head, out ElfImage? image)
    {
        image = null;
        if (!ElfHeader.TryRead(head, out ElfHeader header))
            return false;
        byte[] raw = new byte[header.ProgramHeaderCount * header.ProgramHeaderEntrySize];
        if (header.ProgramHeaderOffset > long.MaxValue || source.ReadAt(raw, header.ProgramHeaderOffset) != raw.Length)
            return false;
        var segments = new ElfSegment[header.ProgramHeaderCount];
        for (int i = 0; i < segments.Length; i++)
        {
            ReadOnlySpan<byte> entry = raw.AsSpan(i * header.ProgramHeaderEntrySize);
            segments[i] = header.IsI386 ? ElfSegment.Read32(entry) : ElfSegment.Read(entry);
        }

        image = new ElfImage(header, segments);
        return true;
    }

    private SysResult ReadInterpreterPath(IImageSource source, in ElfSegment segment)
    {
        if (segment.FileSize is < 2 or > ElfLimits.PATH_MAX)
            return Errno.ENOEXEC;
        byte[] path = new byte[segment.FileSize];
        if (segment.Offset > long.MaxValue)
            return Errno.EINVAL; // kernel_read() of a negative offset
        long n = source.ReadAt(path, segment.Offset);
        if (n != path.Length)
            return n < 0 ? SysResult.FromRaw(n) : Errno.EIO;
        if (path[^1] != 0)
            return Errno.ENOEXEC;
        Interpreter = path[..path.AsSpan().IndexOf((byte)0)];
        return SysResult.Success;
    }
}
