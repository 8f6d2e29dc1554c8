namespace Zonix.Kernel.Vfs;

/// <summary>
/// A mounted instance of a file system. It resolves paths by itself: the kernel hands it the rest of the path and gets it
/// back where it leaves the file system (a mount point, <c>..</c> out of the root, a link elsewhere). One that keeps its
/// tree in dentries delegates to <see cref="DentryWalk"/>; one for which a whole path is one question need not.
/// </summary>
public interface IFileSystem
{
    /// <summary>The name of its type as /proc/mounts shows it.</summary>
    string TypeName { get; }

    /// <summary>What /proc/mounts shows as its source.</summary>
    string Source { get; }

    /// <summary>Its options as /proc/mounts shows them after rw or ro; empty or with a leading comma.</summary>
    string Options { get; }

    /// <summary>st_dev of its files.</summary>
    ulong Device { get; }

    /// <summary>Whether nothing in it can be changed.</summary>
    bool IsReadOnly { get; }

    /// <summary>The root of its tree.</summary>
    Dentry Root { get; }

    /// <summary>Held over a rename from one directory to another, so that the tree keeps its shape meanwhile.</summary>
    Lock RenameGate { get; }

    /// <summary>Takes as many components as lie in this file system.</summary>
    Errno Walk(ref PathWalk walk);

    /// <summary>
    /// What offsets and lengths of transfers with O_DIRECT have to be multiples of, in bytes (a power of two); 0: O_DIRECT changes
    /// nothing, as with tmpfs. Addresses may be any. open(2).
    /// </summary>
    uint DirectAlignment => 0;

    /// <summary>statfs(2).</summary>
    Errno GetStatistics(out FileSystemStatistics statistics);
}
