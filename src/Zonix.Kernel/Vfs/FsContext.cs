namespace Zonix.Kernel.Vfs;

/// <summary>Root, working directory and umask, shared by tasks with CLONE_FS.</summary>
public sealed class FsContext(VirtualFileSystem vfs, MountNamespace mounts, VfsPath root, VfsPath workingDirectory, uint umask = 0x12)
{
    private readonly Lock gate = new();
    private VfsPath root = root;
    private VfsPath workingDirectory = workingDirectory;

    /// <summary>What all file systems of the machine share.</summary>
    public VirtualFileSystem Vfs => vfs;

    /// <summary>The mounts the task sees.</summary>
    public MountNamespace Mounts => mounts;

    /// <summary>Where absolute paths begin and <c>..</c> ends. chroot(2).</summary>
    public VfsPath Root
    {
        get
        {
            lock (gate)
                return root;
        }

        set
        {
            lock (gate)
                root = value;
        }
    }

    /// <summary>Where relative paths begin. chdir(2).</summary>
    public VfsPath WorkingDirectory
    {
        get
        {
            lock (gate)
                return workingDirectory;
        }

        set
        {
            lock (gate)
                workingDirectory = value;
        }
    }

    /// <summary>The permission bits new files do not get. umask(2).</summary>
    public uint Umask { get; set; } = umask;

    /// <summary>A copy for a task that does not share. fork(2).</summary>
    public FsContext Clone() => new(vfs, mounts, Root, WorkingDirectory, Umask);
}
