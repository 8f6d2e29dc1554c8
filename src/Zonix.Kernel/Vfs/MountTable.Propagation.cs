namespace Zonix.Kernel.Vfs;

/// <content>Shared subtrees: which mounts see what others mount. mount_namespaces(7).</content>
public sealed partial class MountTable
{
    private enum CopyKind
    {
        /// <summary>Like the original: a peer of what is shared, a slave of what is a slave.</summary>
        Same,

        /// <summary>Receives from the original.</summary>
        Slave,

        /// <summary>Receives from the original, and shares with its own copies.</summary>
        SharedSlave,

        /// <summary>Neither.</summary>
        Private,
    }

    /// <summary>MS_SHARED, MS_PRIVATE, MS_SLAVE or MS_UNBINDABLE, for a mount or all below it.</summary>
    internal void ChangePropagation(Mount mount, MountFlags kind, bool recursive)
    {
        lock (Gate)
        {
            foreach (Mount one in recursive ? Subtree(mount) : [mount])
                ChangePropagation(one, kind);
            mount.Namespace?.CountChange();
        }
    }

    /// <summary>
    /// The nearest group, among a mount's master and that one's masters, of which a mount can be seen from a root. mountinfo,
    /// "propagate_from".
    /// </summary>
    public int NearestGroup(Mount mount, VfsPath root)
    {
        ArgumentNullException.ThrowIfNull(mount);
        lock (Gate)
        {
            for (PeerGroup? group = mount.Master; group is not null; group = group.Members.Count > 0 ? group.Members[0].Master : null)
            {
                foreach (Mount member in group.Members)
                {
                    if (ReferenceEquals(member.Namespace, root.Mount.Namespace) && IsReachable(new VfsPath(member, member.Root), root))
                        return group.Id;
                }
            }
            return 0;
        }
    }

    private void ChangePropagation(Mount mount, MountFlags kind)
    {
        switch (kind)
        {
            case MountFlags.MS_SHARED:
                MakeShared(mount);
                mount.IsUnbindable = false;
                break;
            case MountFlags.MS_SLAVE:
                MakeSlave(mount);
                break;
            default:
                MakePrivate(mount);
                mount.IsUnbindable = kind == MountFlags.MS_UNBINDABLE;
                break;
        }
    }

    private void MakeShared(Mount mount)
    {
        if (mount.Peers is null)
            Join(mount, new PeerGroup(TakeGroupNumber()));
    }

    private void MakeSlave(Mount mount)
    {
        if (mount.Peers is not { } group)
            return;
        bool alone = group.Members.Count == 1;
        LeavePeers(mount);
        if (!alone)
            SetMaster(mount, group);
    }

    private void MakePrivate(Mount mount)
    {
        LeavePeers(mount);
        SetMaster(mount, null);
    }

    // The lowest that is free, as Linux does: scripts compare them.
    private int TakeGroupNumber()
    {
        int number = 1;
        while (!groupNumbers.Add(number))
            number++;
        return number;
    }

    private static void Join(Mount mount, PeerGroup group)
    {
        mount.Peers = group;
        group.Members.Add(mount);
    }

    // The slaves of a group whose last member goes hang on to that one's master.
    private void LeavePeers(Mount mount)
    {
        if (mount.Peers is not { } group)
            return;
        mount.Peers = null;
        group.Members.Remove(mount);
        if (group.Members.Count > 0)
            return;
        groupNumbers.Remove(group.Id);
        foreach (Mount slave in group.Slaves.ToArray())
            SetMaster(slave, mount.Master);
    }

    private static void SetMaster(Mount mount, PeerGroup? master)
    {
        mount.Master?.Slaves.Remove(mount);
        mount.Master = master;
        master?.Slaves.Add(mount);
    }

    /// <summary>Every mount that an event at <paramref name="origin"/> reaches, without itself.</summary>
    private static List<Mount> Receivers(Mount origin)
    {
        List<Mount> reached = [];
        HashSet<PeerGroup> seen = [];
        if (origin.Peers is { } first)
            Collect(first);
        return reached;

        void Collect(PeerGroup group)
        {
            if (!seen.Add(group))
                return;
            foreach (Mount peer in group.Members)
            {
                if (!ReferenceEquals(peer, origin))
                    reached.Add(peer);
            }
            foreach (Mount slave in group.Slaves)
            {
                if (slave.Peers is { } own)
                    Collect(own);
                else
                    reached.Add(slave);
            }
        }
    }

    /// <summary>Copies what is about to be mounted at <paramref name="dentry"/> of a shared mount for all that receive it.</summary>
    private void Spread(PeerGroup group, Mount origin, Dentry dentry, Mount source, List<(Mount Copy, Mount Parent)> copies)
    {
        // The copies join groups, this one too when it is bound on itself: they receive nothing.
        foreach (Mount peer in group.Members.ToArray())
        {
            if (!ReferenceEquals(peer, origin) && Sees(peer, dentry))
                copies.Add((Copy(source, source.Root, CopyKind.Same, withUnbindable: true), peer));
        }
        HashSet<PeerGroup> seen = [group];
        SpreadToSlaves(group, dentry, source, copies, seen);
    }

    private void SpreadToSlaves(PeerGroup group, Dentry dentry, Mount source, List<(Mount Copy, Mount Parent)> copies, HashSet<PeerGroup> seen)
    {
        foreach (Mount slave in group.Slaves.ToArray())
        {
            if (slave.Peers is not { } own)
            {
                if (Sees(slave, dentry))
                    copies.Add((Copy(source, source.Root, CopyKind.Slave, withUnbindable: true), slave));
                continue;
            }
            if (!seen.Add(own))
                continue;
            Mount? first = null;
            foreach (Mount member in own.Members.ToArray())
            {
                if (!Sees(member, dentry))
                    continue;
                Mount copy = first is null
                    ? Copy(source, source.Root, CopyKind.SharedSlave, withUnbindable: true)
                    : Copy(first, first.Root, CopyKind.Same, withUnbindable: true);
                first ??= copy;
                copies.Add((copy, member));
            }
            SpreadToSlaves(own, dentry, first ?? source, copies, seen);
        }
    }

    private static bool Sees(Mount mount, Dentry dentry) => mount.Namespace is { IsAnonymous: false } && dentry.IsWithin(mount.Root);

    private Mount CopyOne(Mount original, Dentry root, CopyKind kind)
    {
        Mount copy = Create(original.Superblock, root, original.Flags, original.Source);
        switch (kind)
        {
            case CopyKind.Slave:
                SetMaster(copy, original.Peers);
                break;
            case CopyKind.SharedSlave:
                SetMaster(copy, original.Peers);
                MakeShared(copy);
                break;
            case CopyKind.Same:
                if (original.Peers is { } group)
                    Join(copy, group);
                SetMaster(copy, original.Master);
                break;
        }
        return copy;
    }

    /// <summary>A copy of a mount, from <paramref name="root"/> on, and of all mounts below that. Attached nowhere.</summary>
    private Mount Copy(Mount original, Dentry root, CopyKind kind, bool withUnbindable, Dictionary<Mount, Mount>? made = null)
    {
        Mount top = CopyOne(original, root, kind);
        made?.Add(original, top);
        foreach (Mount child in original.Children.ToArray())
        {
            if ((child.IsUnbindable && !withUnbindable) || !child.Place!.Dentry.IsWithin(root))
                continue;
            Link(Copy(child, child.Root, kind, withUnbindable, made), top, child.Place!.Dentry);
        }
        return top;
    }
}
