using Zonix.Kernel.Memory;

namespace Zonix.Lx.Proc;

/// <summary>How the memory that a zone sees is used, in bytes.</summary>
/// <param name="Total">All of it: the zone's limit, or the host's.</param>
/// <param name="Free">Unused.</param>
/// <param name="Available">What programs could get.</param>
/// <param name="Cached">What holds contents of files: files in memory, and without a limit the host's caches.</param>
/// <param name="Anonymous">Of processes alone.</param>
/// <param name="Shared">Of files in memory and shared segments.</param>
/// <param name="Mapped">Of files, mapped by processes.</param>
/// <param name="Kernel">Of this kernel itself.</param>
internal readonly record struct MemoryState(
    ulong Total, ulong Free, ulong Available, ulong Cached, ulong Anonymous, ulong Shared, ulong Mapped, ulong Kernel)
{
    internal static MemoryState Read(MemoryGroup memory)
    {
        (ulong anonymous, ulong shared, ulong mapped) = memory.MeasureKinds();
        (ulong total, ulong free) = memory.TotalAndFree();
        ulong available = Math.Clamp(MemoryGroup.HostAvailable, 0, total), cached = shared;
        if (memory.Limit != total)
            cached += Math.Max(available, free) - free;
        else
            available = free;
        return new MemoryState(total, free, Math.Max(available, free), cached, anonymous, shared, mapped, (ulong)GC.GetTotalMemory(false));
    }
}
