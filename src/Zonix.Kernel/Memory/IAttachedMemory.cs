namespace Zonix.Kernel.Memory;

/// <summary>A shared memory segment, which is detached as a whole wherever it has been cut. shmdt(2).</summary>
public interface IAttachedMemory : IMemoryObject
{
    /// <summary>Size in bytes.</summary>
    ulong Size { get; }

    /// <summary>Whether it is to go with its last attachment.</summary>
    bool IsRemoved { get; }

    /// <summary>A reference for a new attachment; false when the last one of a removed segment has just gone.</summary>
    bool TryAttach();
}
