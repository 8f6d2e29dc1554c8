using Zonix.Host.Memory;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>Memory that several mappings, and after fork several processes, share: MAP_SHARED|MAP_ANONYMOUS and kernel pages.</summary>
public sealed class SharedMemory : IMemoryObject
{
    private int _references = 1;

    /// <summary>Takes over <paramref name="section"/>; the caller holds the first reference.</summary>
    public SharedMemory(MemorySection section, MemoryObjectName name)
    {
        Section = section;
        Name = name;
    }

    /// <summary>The pages.</summary>
    public MemorySection Section { get; }

    /// <inheritdoc/>
    public MemoryObjectName Name { get; }

    /// <inheritdoc/>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <inheritdoc/>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            Section.Dispose();
    }

    /// <inheritdoc/>
    public int Map(MemoryWindow window, ulong address, ulong length, ulong offset, MemoryProtection protection, bool shared) =>
        window.MapSection(address, length, Section, offset, protection);

    /// <inheritdoc/>
    public int Sync(ulong offset, ulong length) => 0;

    /// <inheritdoc/>
    public int PunchHole(ulong offset, ulong length) => Section.PunchHole(offset, length);
}
