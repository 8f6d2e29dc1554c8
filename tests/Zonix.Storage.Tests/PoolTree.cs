using Zonix.FileSystems.Pool;
using Zonix.FileSystems.Tests;

namespace Zonix.Storage.Tests;

/// <summary>A dataset that is open in a machine of its own.</summary>
internal sealed class PoolTree : IDisposable
{
    private DatasetFileSystem? fileSystem;

    private PoolTree(Func<Zonix.Kernel.Vfs.VirtualFileSystem, DatasetFileSystem> open) => Tree = Tree.On(vfs => fileSystem = open(vfs));

    public static PoolTree Open(Dataset dataset) => new(vfs => DatasetFileSystem.Open(vfs, dataset));

    public static PoolTree Open(Snapshot snapshot) => new(vfs => DatasetFileSystem.Open(vfs, snapshot));

    public Tree Tree { get; }

    public DatasetFileSystem FileSystem => fileSystem!;

    public void Dispose()
    {
        FileSystem.Dispose();
        Tree.Dispose();
    }
}
