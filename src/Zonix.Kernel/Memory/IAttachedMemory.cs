namespace Zonix.Kernel.Memory;

/// <summary>A shared memory segment, which is detached as a whole wherever it has been cut. shmdt(2).</summary>
public interface IAttachedMemory : IMemoryObject
{
    /// <summary>Size in bytes.</summary>
    ulong Size { get; }
}
