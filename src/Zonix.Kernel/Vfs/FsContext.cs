namespace Zonix.Kernel.Vfs;

/// <summary>
/// Root, working directory, umask and mount namespace, shared by tasks with CLONE_FS. Both directories use their mounts,
/// until the last task has gone.
/// </summary>
public sealed class FsContext
{
    private readonly Lock gate = new();
    private MountNamespace mounts;
    private VfsPath root;
    private VfsPath workingDirectory;
    private int users = 1;

    /// <summary>For one task.</summary>
    public FsContext(VirtualFileSystem vfs, MountNamespace mounts, VfsPath root, VfsPath workingDirectory, uint umask = 0x12)
    {
        Vfs = vfs;
        Umask = umask;
        this.mounts = mounts;
        this.root = root;
        this.workingDirectory = workingDirectory;
        root.Mount.Enter(writes: false);
        workingDirectory.Mount.Enter(writes: false);
    }

    /// <summary>What all file systems of the machine share.</summary>
    public VirtualFileSystem Vfs { get; }

    /// <summary>The mounts the task sees.</summary>
    public MountNamespace Mounts => Volatile.Read(ref mounts);

    /// <summary>Where absolute paths begin and <c>..</c> ends. chroot(2).</summary>
    public VfsPath Root
    {
        get
        {
            lock (gate)
                return root;
        }

        set => Change(value, WorkingDirectory);
    }

    /// <summary>Where relative paths begin. chdir(2).</summary>
    public VfsPath WorkingDirectory
    {
        get
        {
            lock (gate)
                return workingDirectory;
        }

        set => Change(Root, value);
    }

    /// <summary>The permission bits new files do not get. umask(2).</summary>
    public uint Umask { get; set; }

    /// <summary>Whether several tasks use it.</summary>
    public bool IsShared => Volatile.Read(ref users) > 1;

    /// <summary>A copy for a task that does not share. fork(2).</summary>
    public FsContext Clone()
    {
        lock (gate)
            return new(Vfs, mounts, root, workingDirectory, Umask);
    }

    /// <summary>One more task uses it. CLONE_FS.</summary>
    public FsContext Share()
    {
        Interlocked.Increment(ref users);
        return this;
    }

    /// <summary>A task less uses it. With no lock held.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref users) != 0)
            return;
        root.Mount.Leave(writes: false);
        workingDirectory.Mount.Leave(writes: false);
    }

    /// <summary>Goes over to a copy of its namespace, which nobody else is in. unshare(2), CLONE_NEWNS. Not while it is shared.</summary>
    public MountNamespace UnshareMounts()
    {
        (VfsPath newRoot, VfsPath newDirectory) = (Root, WorkingDirectory);
        MountNamespace copy = Vfs.Mounts.CopyNamespace(Mounts, ref newRoot, ref newDirectory);
        Volatile.Write(ref mounts, copy);
        Change(newRoot, newDirectory);
        return copy;
    }

    /// <summary>Goes over to another namespace, to its root. setns(2).</summary>
    public void EnterMounts(MountNamespace other)
    {
        VfsPath top = MountNamespace.Descend(other.Root);
        Volatile.Write(ref mounts, other);
        Change(top, top);
    }

    /// <summary>Puts another place where it stands at <paramref name="old"/>. pivot_root(2).</summary>
    internal void Replace(VfsPath old, VfsPath place)
    {
        (VfsPath newRoot, VfsPath newDirectory) = (Root, WorkingDirectory);
        if (newRoot == old || newDirectory == old)
            Change(newRoot == old ? place : newRoot, newDirectory == old ? place : newDirectory);
    }

    private void Change(VfsPath newRoot, VfsPath newDirectory)
    {
        newRoot.Mount.Enter(writes: false);
        newDirectory.Mount.Enter(writes: false);
        VfsPath oldRoot, oldDirectory;
        lock (gate)
        {
            (oldRoot, oldDirectory) = (root, workingDirectory);
            (root, workingDirectory) = (newRoot, newDirectory);
        }
        oldRoot.Mount.Leave(writes: false);
        oldDirectory.Mount.Leave(writes: false);
    }
}
