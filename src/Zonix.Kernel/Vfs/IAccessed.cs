namespace Zonix.Kernel.Vfs;

/// <summary>An inode that keeps by itself when it was read last. inode(7), st_atime.</summary>
public interface IAccessed : IInode
{
    /// <summary>
    /// It was read. <paramref name="relative"/>: the time moves only when the last change is newer, or after a day (MS_RELATIME).
    /// <paramref name="directories"/>: also that of a directory.
    /// </summary>
    void Accessed(bool relative, bool directories);
}
