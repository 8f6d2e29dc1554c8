using System.Runtime.InteropServices;

namespace Zonix.Host.Memory;

/// <summary>
/// Reserves and maps ranges of the host's address space. Errors come back as host errno values (positive; 0 is success),
/// because a full address space or an odd file is something a guest can cause. mmap(2), mprotect(2), mremap(2).
/// </summary>
public static unsafe class HostMemory
{
    /// <summary>The size of a host page, in bytes. x86-64 has no other base page.</summary>
    public const int PageSize = 4096;

    /// <summary>Reserves address space that faults on every access.</summary>
    /// <returns>The address, or 0 when the host has none left.</returns>
    public static nint Reserve(nuint length, nuint alignment)
    {
        if (alignment <= PageSize)
        {
            nint anywhere = LinuxMemory.mmap(0, length, 0, LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE, -1, 0);
            return anywhere == -1 ? 0 : anywhere;
        }

        nint address = LinuxMemory.mmap(0, length + alignment, 0, LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE, -1, 0);
        if (address == -1)
            return 0;
        nuint aligned = ((nuint)address + alignment - 1) & ~(alignment - 1);
        nuint head = aligned - (nuint)address;
        if (head != 0)
            _ = LinuxMemory.munmap(address, head);
        nuint tail = alignment - head;
        if (tail != 0)
            _ = LinuxMemory.munmap((nint)(aligned + length), tail);
        return (nint)aligned;
    }

    /// <summary>Reserves exactly the given range, if it is free.</summary>
    public static bool TryReserveAt(nint address, nuint length)
    {
        nint got = LinuxMemory.mmap(address, length, 0,
            LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE | LinuxMemory.MAP_FIXED_NOREPLACE, -1, 0);
        if (got == address)
            return true;
        if (got != -1)
            _ = LinuxMemory.munmap(got, length);
        return false;
    }

    /// <summary>Gives a range back to the host.</summary>
    public static void Release(nint address, nuint length) => _ = LinuxMemory.munmap(address, length);

    /// <summary>Maps zero-filled private memory that is charged only when touched.</summary>
    /// <returns>The address, or 0 when the host has none left.</returns>
    public static nint Allocate(nuint length)
    {
        nint address = LinuxMemory.mmap(0, length, 3, LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE, -1, 0);
        return address == -1 ? 0 : address;
    }

    /// <summary>Turns a mapped range back into a reservation.</summary>
    public static int Unmap(nint address, nuint length) => Check(LinuxMemory.mmap(address, length, 0,
        LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE | LinuxMemory.MAP_FIXED, -1, 0) != -1);

    /// <summary>Maps a part of an open file over a reserved range.</summary>
    public static int MapFile(nint address, nuint length, int descriptor, ulong offset, HostProtection protection, bool shared) =>
        Check(LinuxMemory.mmap(address, length, (int)protection,
            (shared ? LinuxMemory.MAP_SHARED : LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_NORESERVE) | LinuxMemory.MAP_FIXED,
            descriptor, (long)offset) != -1);

    /// <summary>Changes the protection of a mapped range.</summary>
    public static int Protect(nint address, nuint length, HostProtection protection) =>
        Check(LinuxMemory.mprotect(address, length, (int)protection) == 0);

    /// <summary>Moves a mapping with its pages; the source becomes a reservation again.</summary>
    public static int Move(nint from, nint to, nuint length)
    {
        if (LinuxMemory.mremap(from, length, length, LinuxMemory.MREMAP_MAYMOVE | LinuxMemory.MREMAP_FIXED, to) == -1)
            return Marshal.GetLastPInvokeError();
        return Unmap(from, length);
    }

    /// <summary>madvise(2) on a mapped range.</summary>
    public static int Advise(nint address, nuint length, HostAdvice advice) => Check(LinuxMemory.madvise(address, length, (int)advice) == 0);

    /// <summary>Which pages are resident, one byte a page. mincore(2).</summary>
    public static int Residency(nint address, nuint length, Span<byte> pages)
    {
        fixed (byte* vector = pages)
            return Check(LinuxMemory.mincore(address, length, vector) == 0);
    }

    /// <summary>Writes a shared file mapping back. msync(2) flags: MS_ASYNC 1, MS_INVALIDATE 2, MS_SYNC 4.</summary>
    public static int Sync(nint address, nuint length, int flags) => Check(LinuxMemory.msync(address, length, flags) == 0);

    private static int Check(bool ok) => ok ? 0 : Marshal.GetLastPInvokeError();
}
