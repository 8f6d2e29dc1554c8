using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Zonix.Host.Memory;

/// <summary>
/// The process's area of executable memory, below 2 GiB of the host's address space so that code can name every address in
/// it with a 32-bit displacement. It is mapped twice: once to execute, once to write; no page is both (W^X).
/// </summary>
/// <remarks>
/// There is one area per process, as there is one set of signal handlers: the fault handler recognises translated code by
/// address alone. Machines take chunks of it; this is the only state they share.
/// </remarks>
public sealed unsafe class CodeArea
{
    private const nuint AreaSize = 0x6000_0000;
    private const nuint Granule = 1 << 20;
    private const nint HugePage = 2 << 20;

    private static readonly Lazy<CodeArea> s_shared = new(() => new CodeArea());

    private readonly Lock _lock = new();
    private readonly bool[] _used = new bool[AreaSize / Granule];

    [SuppressMessage("Design", "CA1065", Justification = "Nothing runs without the area.")]
    private CodeArea()
    {
        Size = AreaSize;
        for (nint candidate = 0x1000_0000; candidate + (nint)Size <= 0x7FFF_0000; candidate += 0x100_0000)
        {
            if (!HostMemory.TryReserveAt(candidate, Size))
                continue;
            Base = candidate;
            break;
        }

        if (Base == 0)
            throw new NotSupportedException("no free range of 1.5 GiB below 2 GiB of the host's address space for translated code");
        var section = new MemorySection("zonix-code", Size);
        nint writable = HostMemory.Reserve(Size, HostMemory.PageSize);
        if (writable == 0
            || HostMemory.MapFile(Base, Size, section.Descriptor, 0, HostProtection.Read | HostProtection.Execute, shared: true) != 0
            || HostMemory.MapFile(writable, Size, section.Descriptor, 0, HostProtection.Read | HostProtection.Write, shared: true) != 0)
        {
            throw new NotSupportedException($"the host refuses executable memory: errno {Marshal.GetLastPInvokeError()}");
        }

        WriteOffset = writable - Base;
        Section = section;
        _used[0] = true;
    }

    /// <summary>The area of this process.</summary>
    public static CodeArea Shared => s_shared.Value;

    /// <summary>First executable address.</summary>
    public nint Base { get; }

    /// <summary>Size in bytes.</summary>
    public nuint Size { get; }

    /// <summary>What must be added to an executable address to write there.</summary>
    public nint WriteOffset { get; }

    /// <summary>The first granule belongs to the stubs of the process.</summary>
    public static nuint StubSize => Granule;

    private MemorySection Section { get; }

    /// <summary>
    /// Asks for huge pages where code has been written from <paramref name="start"/> to <paramref name="end"/>, as far as it
    /// has filled them: large programs miss the instruction TLB less. A host that cannot goes on with small ones.
    /// </summary>
    public static void Consolidate(nint start, nint end)
    {
        start &= ~(HugePage - 1);
        end &= ~(HugePage - 1);
        if (start < end)
            _ = HostMemory.Advise(start, (nuint)(end - start), HostAdvice.Collapse);
    }

    /// <summary>Takes a chunk for one machine.</summary>
    /// <exception cref="InsufficientMemoryException">All of the area is taken.</exception>
    public nint Take(nuint length)
    {
        int wanted = (int)((length + Granule - 1) / Granule);
        lock (_lock)
        {
            for (int start = 0, run = 0; start + run < _used.Length;)
            {
                if (_used[start + run])
                {
                    start += run + 1;
                    run = 0;
                }
                else if (++run == wanted)
                {
                    _used.AsSpan(start, run).Fill(true);
                    return Base + (nint)((nuint)start * Granule);
                }
            }
        }

        throw new InsufficientMemoryException($"no room for a code cache of {length >> 20} MiB in this process");
    }

    /// <summary>Gives a chunk and its pages back.</summary>
    public void Return(nint address, nuint length)
    {
        Discard(address, length);
        lock (_lock)
            _used.AsSpan((int)((nuint)(address - Base) / Granule), (int)((length + Granule - 1) / Granule)).Clear();
    }

    /// <summary>Frees the pages of a range.</summary>
    public void Discard(nint address, nuint length) => _ = Section.PunchHole((ulong)(address - Base), length);
}
