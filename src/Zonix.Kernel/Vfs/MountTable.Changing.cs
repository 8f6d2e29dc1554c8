namespace Zonix.Kernel.Vfs;

/// <content>Flags, groups and use.</content>
public sealed partial class MountTable
{
    /// <summary>Changes those flags of mounts that <paramref name="changed"/> names: all of them or none. EBUSY.</summary>
    internal Errno ChangeFlags(ReadOnlySpan<Mount> mounts, MountFlags flags, MountFlags changed)
    {
        changed &= MountFlags.PerMount;
        lock (Gate)
        {
            if ((flags & changed & MountFlags.MS_RDONLY) != 0)
            {
                foreach (Mount mount in mounts)
                {
                    if ((mount.Flags & MountFlags.MS_RDONLY) == 0 && mount.IsUsed(out bool writes) && writes)
                        return Errno.EBUSY;
                }
            }
            foreach (Mount mount in mounts)
            {
                mount.Flags = (mount.Flags & ~changed) | (flags & changed);
                mount.Namespace?.CountChange();
            }
            return 0;
        }
    }

    /// <summary>A mount and, if <paramref name="recursive"/>, all that hang below it.</summary>
    internal Mount[] Select(Mount mount, bool recursive)
    {
        lock (Gate)
            return recursive ? [.. Subtree(mount)] : [mount];
    }

    /// <summary>Whether it cannot be unmounted now.</summary>
    internal bool IsBusy(Mount mount)
    {
        lock (Gate)
            return mount.Children.Count > 0 || mount.IsUsed(out _);
    }

    /// <summary>Whether something of a file system is open for writing.</summary>
    internal static bool IsWritten(Superblock superblock)
    {
        foreach (Mount mount in superblock.Mounts())
        {
            if (mount.IsUsed(out bool writes) && writes)
                return true;
        }
        return false;
    }

    /// <summary>Gives <paramref name="to"/> the groups of <paramref name="from"/>.</summary>
    internal Errno SetGroup(Mount from, Mount to)
    {
        lock (Gate)
        {
            if (to.IsShared || to.Master is not null || !ReferenceEquals(from.Superblock, to.Superblock) || !to.Root.IsWithin(from.Root))
                return Errno.EINVAL;
            if (!from.IsShared && from.Master is null)
                return Errno.EINVAL;
            if (from.Peers is { } group)
                Join(to, group);
            SetMaster(to, from.Master);
            to.Namespace?.CountChange();
            return 0;
        }
    }
}
