using System.Runtime.InteropServices;

namespace Zonix.Host.Memory;

/// <summary>
/// A sparse object of memory that can be mapped at several addresses at once (a memfd on Linux). Anonymous guest memory is
/// made of sections, so that two windows of one process can share its pages.
/// </summary>
public sealed unsafe class MemorySection : IDisposable
{
    /// <summary>Creates a section of <paramref name="size"/> bytes; pages cost nothing until they are touched.</summary>
    /// <exception cref="IOException">The host has no descriptor or memory left.</exception>
    public MemorySection(string name, ulong size)
    {
        Descriptor = LinuxMemory.memfd_create(name, LinuxMemory.MFD_CLOEXEC);
        if (Descriptor < 0 || LinuxMemory.ftruncate(Descriptor, (long)size) != 0)
            throw new IOException($"cannot create memory section '{name}' of {size} bytes: errno {Marshal.GetLastPInvokeError()}");
        Size = size;
    }

    /// <summary>The host's descriptor.</summary>
    public int Descriptor { get; }

    /// <summary>Size in bytes.</summary>
    public ulong Size { get; private set; }

    /// <summary>Changes the size; pages past the new end are freed. Returns a host errno value, 0 on success.</summary>
    public int Resize(ulong size)
    {
        if (LinuxMemory.ftruncate(Descriptor, (long)size) != 0)
            return Marshal.GetLastPInvokeError();
        Size = size;
        return 0;
    }

    /// <summary>Frees the pages of a range; they read as zero again.</summary>
    public int PunchHole(ulong offset, ulong length) =>
        LinuxMemory.fallocate(Descriptor, LinuxMemory.FALLOC_FL_PUNCH_HOLE | LinuxMemory.FALLOC_FL_KEEP_SIZE, (long)offset, (long)length) == 0
            ? 0
            : Marshal.GetLastPInvokeError();

    /// <summary>
    /// The first run of pages in a range that hold data, written or swapped out; false when there is none. lseek(2), SEEK_DATA.
    /// </summary>
    public bool FindData(ulong from, ulong to, out ulong start, out ulong end)
    {
        start = end = 0;
        long data = LinuxMemory.lseek(Descriptor, (long)from, LinuxMemory.SEEK_DATA);
        if (data < 0 || (ulong)data >= to)
            return false;
        long hole = LinuxMemory.lseek(Descriptor, data, LinuxMemory.SEEK_HOLE);
        start = (ulong)data;
        end = hole < 0 ? to : Math.Min((ulong)hole, to);
        return true;
    }

    /// <summary>Bytes of pages that hold data.</summary>
    public ulong HeldBytes
    {
        get
        {
            Span<byte> stat = stackalloc byte[144];
            fixed (byte* buffer = stat)
            {
                // struct stat of x86-64: st_blocks, of 512 bytes, at offset 64.
                return LinuxMemory.fstat(Descriptor, buffer) == 0 ? *(ulong*)(buffer + 64) * 512 : 0;
            }
        }
    }

    /// <summary>Copies host memory into the section, page by page. Returns the bytes copied: fewer where the memory cannot be read.</summary>
    public nuint Write(ulong offset, nint source, nuint length)
    {
        nuint done = 0;
        while (done < length)
        {
            nint n = LinuxMemory.pwrite(Descriptor, (void*)(source + (nint)done), length - done, (long)(offset + done));
            if (n <= 0)
                break;
            done += (nuint)n;
        }

        return done;
    }

    /// <summary>Copies pages from another section. Returns a host errno value, 0 on success.</summary>
    public int CopyFrom(MemorySection source, ulong sourceOffset, ulong offset, ulong length)
    {
        byte* buffer = stackalloc byte[HostMemory.PageSize];
        for (ulong done = 0; done < length; done += HostMemory.PageSize)
        {
            if (LinuxMemory.pread(source.Descriptor, buffer, HostMemory.PageSize, (long)(sourceOffset + done)) != HostMemory.PageSize
                || LinuxMemory.pwrite(Descriptor, buffer, HostMemory.PageSize, (long)(offset + done)) != HostMemory.PageSize)
            {
                return Marshal.GetLastPInvokeError();
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LinuxMemory.close(Descriptor);
}
