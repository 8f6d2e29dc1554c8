namespace Zonix.Kernel.Vfs;

/// <summary>A file, or a file system, that is written back by somebody else's thread: whoever wants to wait for it does not hold a worker.</summary>
public interface IBackgroundSync
{
    /// <summary>Begins to write back, and tells <paramref name="wait"/> when it is done. fsync(2), fdatasync(2); of a file system syncfs(2).</summary>
    void BeginSync(bool dataOnly, SyncWait wait);
}
