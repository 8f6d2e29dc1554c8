using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// What mount(2), or fsopen(2) and fsconfig(2), say of a file system to be: gathered one by one, checked when they are set.
/// The flags that all file systems know (ro, sync, lazytime ...) and the source do not come here.
/// </summary>
public interface IFileSystemOptions
{
    /// <summary>
    /// Takes an option; <paramref name="value"/> is null for one without a value. ENOPARAM of Linux, an option that the type
    /// does not know, is <see cref="Errno.ENOENT"/>; a bad value is EINVAL.
    /// </summary>
    Errno Set(KernelTask task, string key, string? value);

    /// <summary>Makes the file system, or finds the one there is. ENODEV, EINVAL, ENOENT ...</summary>
    Errno Create(KernelTask task, out IFileSystem? fileSystem);

    /// <summary>Changes one that is mounted: only what was set. EINVAL for what cannot be changed.</summary>
    Errno Change(IFileSystem fileSystem);

    /// <summary>Why the last of these failed, for the log of fsopen(2); null: there is nothing more to say.</summary>
    string? Complaint => null;
}
