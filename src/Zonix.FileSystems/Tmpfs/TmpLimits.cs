namespace Zonix.FileSystems.Tmpfs;

/// <summary>How many pages and inodes a tmpfs may hold, and how many it does. tmpfs(5). Any thread; a leaf.</summary>
internal sealed class TmpLimits(long maxPages, long maxInodes)
{
    private readonly Lock gate = new();
    private long pages;
    private long inodes = 1;

    /// <summary>Pages of 4096 bytes; 0: any number.</summary>
    public long MaxPages { get; private set; } = maxPages;

    /// <summary>Inodes; 0: any number.</summary>
    public long MaxInodes { get; private set; } = maxInodes;

    public long Pages => Volatile.Read(ref pages);

    public long Inodes => Volatile.Read(ref inodes);

    /// <summary>Takes up to <paramref name="wanted"/> pages; answers how many there were.</summary>
    public long TakePages(long wanted)
    {
        lock (gate)
        {
            long got = MaxPages == 0 ? wanted : Math.Clamp(MaxPages - pages, 0, wanted);
            pages += got;
            return got;
        }
    }

    /// <summary>What is held has become more or less without being asked.</summary>
    public void AddPages(long count)
    {
        lock (gate)
            pages += count;
    }

    /// <summary>Takes an inode; false when all are taken.</summary>
    public bool TryTakeInode()
    {
        lock (gate)
        {
            if (MaxInodes != 0 && inodes >= MaxInodes)
                return false;
            inodes++;
            return true;
        }
    }

    /// <summary>An inode is gone.</summary>
    public void DropInode()
    {
        lock (gate)
            inodes--;
    }

    /// <summary>Changes them: EINVAL when more is held already, or a limit is set where there was none.</summary>
    public Errno Change(long? newPages, long? newInodes)
    {
        lock (gate)
        {
            if (newPages is { } p && p != 0 && (p < pages || MaxPages == 0))
                return Errno.EINVAL;
            if (newInodes is { } i && i != 0 && (i < inodes || MaxInodes == 0))
                return Errno.EINVAL;
            MaxPages = newPages ?? MaxPages;
            MaxInodes = newInodes ?? MaxInodes;
            return 0;
        }
    }
}
