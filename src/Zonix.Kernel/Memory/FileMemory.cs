using Zonix.Host.Files;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>Pages of a file that the host holds, mapped straight from there.</summary>
public sealed class FileMemory : IMemoryObject
{
    private readonly HostFile _file;
    private readonly Func<MemoryObjectName> _describe;
    private int _references = 1;

    /// <summary>
    /// Takes over one reference to <paramref name="file"/>; the caller holds the first reference to this object.
    /// </summary>
    /// <param name="file">The host's file, which may be a file in memory.</param>
    /// <param name="describe">Tells the name when someone asks; a file may be renamed meanwhile.</param>
    public FileMemory(HostFile file, Func<MemoryObjectName> describe)
    {
        _file = file;
        _describe = describe;
    }

    /// <inheritdoc/>
    public MemoryObjectName Name => _describe();

    /// <inheritdoc/>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <inheritdoc/>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            _file.Dispose();
    }

    /// <inheritdoc/>
    public int Map(MemoryWindow window, ulong address, ulong length, ulong offset, MemoryProtection protection, bool shared) =>
        window.MapFile(address, length, _file, offset, protection, shared);

    /// <inheritdoc/>
    public int Sync(ulong offset, ulong length) => _file.Sync();

    /// <inheritdoc/>
    public int PunchHole(ulong offset, ulong length) => _file.PunchHole((long)offset, (long)length);
}
