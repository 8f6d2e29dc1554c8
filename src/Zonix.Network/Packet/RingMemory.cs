using Zonix.Host.Files;
using Zonix.Host.Memory;

namespace Zonix.Network.Packet;

/// <summary>The memory of a ring: a file without a name, as the kernel sees it and as a program maps it.</summary>
internal sealed class RingMemory : IDisposable
{
    private const int MostBytes = 256 << 20;
    private readonly HostFile file;
    private readonly int size;

    private RingMemory(HostFile file, SharedView view, int size) => (this.file, View, this.size) = (file, view, size);

    /// <summary>The kernel's view.</summary>
    internal SharedView View { get; }

    /// <summary>Makes one, of zeroes. ENOMEM.</summary>
    internal static Errno Create(long size, out RingMemory? memory)
    {
        memory = null;
        if (size > MostBytes || HostFile.CreateInMemory("zonix-packets", out HostFile? file) != 0)
            return Errno.ENOMEM;
        if (file!.Truncate(size) != 0 || SharedView.Create(file, (int)size, out SharedView? view) != 0)
        {
            file.Dispose();
            return Errno.ENOMEM;
        }
        memory = new RingMemory(file, view!, (int)size);
        return 0;
    }

    /// <summary>What mmap(2) shows: the whole of it. EINVAL.</summary>
    internal Errno GetMapping(ulong offset, ulong length, out FileMapping mapping)
    {
        mapping = new FileMapping(file, 0);
        return offset == 0 && length == (ulong)size ? 0 : Errno.EINVAL;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        View.Dispose();
        file.Dispose();
    }
}
