using System.Runtime.InteropServices;
using Zonix.Host.Files;

namespace Zonix.Host.Memory;

/// <summary>
/// The host's own sight of memory that guests map too: rings that both sides read and write. Whatever a guest does to its
/// mapping, this one stays. Values written are seen by the other side in the order they were written.
/// </summary>
public sealed unsafe class SharedView : IDisposable
{
    private const int PROT_READ_WRITE = 3, MAP_SHARED = 1;
    private readonly int _size;
    private nint _base;

    private SharedView(nint address, int size)
    {
        _base = address;
        _size = size;
    }

    /// <summary>The rest of the memory is given back when nobody refers to it any more, should it not have been before.</summary>
    ~SharedView() => Unmap();

    /// <summary>Sees a file in memory from its start. Returns a host errno value, 0 on success.</summary>
    public static int Create(HostFile file, int size, out SharedView? view) => Create(file.Descriptor, size, out view);

    /// <summary>Sees a section from its start. Returns a host errno value, 0 on success.</summary>
    public static int Create(MemorySection section, int size, out SharedView? view) => Create(section.Descriptor, size, out view);

    /// <summary>Reads a value.</summary>
    public uint Read32(int offset) => Volatile.Read(ref *(uint*)At(offset, sizeof(uint)));

    /// <summary>Writes a value.</summary>
    public void Write32(int offset, uint value) => Volatile.Write(ref *(uint*)At(offset, sizeof(uint)), value);

    /// <summary>Writes a value after everything written before.</summary>
    public void Write64(int offset, ulong value) => Volatile.Write(ref *(ulong*)At(offset, sizeof(ulong)), value);

    /// <summary>Sets bits that the other side may change too.</summary>
    public void Or32(int offset, uint bits) => Interlocked.Or(ref *(uint*)At(offset, sizeof(uint)), bits);

    /// <summary>Takes bits away that the other side may change too.</summary>
    public void And32(int offset, uint bits) => Interlocked.And(ref *(uint*)At(offset, sizeof(uint)), bits);

    /// <summary>Copies out of the memory.</summary>
    public void Read(int offset, Span<byte> target) => new ReadOnlySpan<byte>(At(offset, target.Length), target.Length).CopyTo(target);

    /// <summary>Copies into the memory.</summary>
    public void Write(int offset, ReadOnlySpan<byte> source) => source.CopyTo(new Span<byte>(At(offset, source.Length), source.Length));

    /// <summary>Stops seeing it; nobody may be using it.</summary>
    public void Dispose()
    {
        Unmap();
        GC.SuppressFinalize(this);
    }

    private static int Create(int descriptor, int size, out SharedView? view)
    {
        nint address = LinuxMemory.mmap(0, (nuint)size, PROT_READ_WRITE, MAP_SHARED, descriptor, 0);
        view = address == -1 ? null : new SharedView(address, size);
        return view is null ? Marshal.GetLastPInvokeError() : 0;
    }

    private byte* At(int offset, int length)
    {
        if (_base == 0 || (uint)offset > (uint)_size || length > _size - offset)
            throw new ArgumentOutOfRangeException(nameof(offset));
        return (byte*)_base + offset;
    }

    private void Unmap()
    {
        if (_base != 0)
            _ = LinuxMemory.munmap(_base, (nuint)_size);
        _base = 0;
    }
}
