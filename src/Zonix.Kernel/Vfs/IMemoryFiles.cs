namespace Zonix.Kernel.Vfs;

/// <summary>Makes regular files in memory that have no name: memfd_create(2), shared memory.</summary>
public interface IMemoryFiles
{
    /// <summary>A new empty file. <paramref name="seals"/> are the F_SEAL_* it begins with.</summary>
    IOpenableInode Create(uint mode, uint uid, uint gid, uint seals);
}
