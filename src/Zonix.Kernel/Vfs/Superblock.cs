using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// What all mounts of one instance of a file system share: its flags, and how many hold it. A mount holds it until it is
/// detached and nobody uses it; other file systems that are built upon it (an overlay's layers) hold it too.
/// </summary>
public sealed class Superblock
{
    private readonly Lock gate = new();
    private readonly List<Mount> mounts = [];
    private int holders;
    private ulong flags;

    private readonly FileWatching? watching;

    internal Superblock(IFileSystem fileSystem, FileWatching? watching, LinkProtection protection)
    {
        FileSystem = fileSystem;
        Protection = protection;
        this.watching = watching;
    }

    /// <summary>The file system.</summary>
    public IFileSystem FileSystem { get; }

    /// <summary>The machine's rules for links.</summary>
    internal LinkProtection Protection { get; }

    /// <summary>MS_RDONLY, MS_SYNCHRONOUS ...: those of <see cref="MountFlags.PerFileSystem"/>.</summary>
    public MountFlags Flags
    {
        get => (MountFlags)Volatile.Read(ref flags);
        internal set => Volatile.Write(ref flags, (ulong)value);
    }

    /// <summary>Whether nothing in it can be changed.</summary>
    public bool IsReadOnly => (Flags & MountFlags.MS_RDONLY) != 0 || FileSystem.IsReadOnly;

    /// <summary>Held while its options change.</summary>
    internal Lock Gate => gate;

    /// <summary>Its mounts, attached or still in use.</summary>
    internal Mount[] Mounts()
    {
        lock (mounts)
            return [.. mounts];
    }

    internal void Add(Mount mount)
    {
        Hold();
        lock (mounts)
            mounts.Add(mount);
    }

    internal void Remove(Mount mount)
    {
        bool last;
        lock (mounts)
        {
            mounts.Remove(mount);
            last = mounts.Count == 0;
        }
        watching?.Unmounted(mount);
        if (last)
            watching?.Unmounted(FileSystem);
        Drop();
    }

    /// <summary>One more holder.</summary>
    public void Hold() => Interlocked.Increment(ref holders);

    /// <summary>A holder less; the last one frees what the file system keeps. With no lock held.</summary>
    public void Drop()
    {
        if (Interlocked.Decrement(ref holders) == 0)
            (FileSystem as IUnmountable)?.Unmounted();
    }
}
