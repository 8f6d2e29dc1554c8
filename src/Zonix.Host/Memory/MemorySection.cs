using System.Runtime.InteropServices;

namespace Zonix.Host.Memory;

/// <summary>
/// A sparse object of memory that can be mapped at several addresses at once (a memfd on Linux). Anonymous guest memory is
/// made of sections, so that two windows of one process can share its pages.
/// </summary>
public sealed class MemorySection : IDisposable
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

    /// <inheritdoc/>
    public void Dispose() => _ = LinuxMemory.close(Descriptor);
}
