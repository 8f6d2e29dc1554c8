using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>The options of a file system that has none, but for those that are taken and mean nothing here.</summary>
internal sealed class PlainOptions(Func<IFileSystem> open, string[] ignored) : IFileSystemOptions
{
    public Errno Set(KernelTask task, string key, string? value) => Array.IndexOf(ignored, key) >= 0 ? 0 : Errno.ENOENT;

    public Errno Create(KernelTask task, out IFileSystem? fileSystem)
    {
        fileSystem = open();
        return 0;
    }

    public Errno Change(IFileSystem fileSystem) => 0;
}
