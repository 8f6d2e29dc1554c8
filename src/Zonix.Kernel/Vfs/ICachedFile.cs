namespace Zonix.Kernel.Vfs;

/// <summary>A file whose content lies in memory.</summary>
public interface ICachedFile : IFile
{
    /// <summary>Pages between two offsets that are held. cachestat(2).</summary>
    ulong CountPages(long offset, long end);
}
