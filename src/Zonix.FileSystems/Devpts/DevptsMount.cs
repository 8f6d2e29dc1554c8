using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Devpts;

/// <summary>The options of a devpts to be mounted: uid, gid, mode, ptmxmode, max, newinstance.</summary>
public sealed class DevptsMount(VirtualFileSystem vfs) : IFileSystemOptions
{
    private DevptsOptions options = new();

    /// <inheritdoc/>
    public Errno Set(KernelTask task, string key, string? value)
    {
        if (key is not ("uid" or "gid" or "mode" or "ptmxmode" or "max" or "newinstance"))
            return Errno.ENOENT;
        if (options.With(key, value) is not { } changed)
            return Errno.EINVAL;
        options = changed;
        return 0;
    }

    /// <inheritdoc/>
    public Errno Create(KernelTask task, out IFileSystem? fileSystem)
    {
        fileSystem = new DevptsFileSystem(vfs, options);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Change(IFileSystem fileSystem)
    {
        if (fileSystem is not DevptsFileSystem devpts)
            return Errno.EINVAL;
        devpts.Change(options);
        return 0;
    }
}
