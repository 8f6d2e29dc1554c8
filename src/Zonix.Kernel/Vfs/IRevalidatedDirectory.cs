namespace Zonix.Kernel.Vfs;

/// <summary>
/// A directory whose entries somebody else may change: what is remembered of a name is asked about each time it is found. The
/// dentries stay, for the sake of mounts, working directories and locks.
/// </summary>
public interface IRevalidatedDirectory : IDirectoryInode
{
    /// <summary>
    /// Whether the name still means <paramref name="remembered"/> (null: nothing); if so, its attributes are fresh then. Called
    /// with and without the directory's gate.
    /// </summary>
    bool IsCurrent(ReadOnlySpan<byte> name, IInode? remembered);
}
