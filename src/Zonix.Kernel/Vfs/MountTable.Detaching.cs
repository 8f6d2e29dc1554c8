namespace Zonix.Kernel.Vfs;

/// <content>Unmounting.</content>
public sealed partial class MountTable
{
    /// <summary>umount2(2): EBUSY while it is used or something is mounted below it, unless <paramref name="lazily"/>.</summary>
    internal Errno Unmount(Mount mount, bool lazily)
    {
        List<Mount> gone;
        lock (Gate)
        {
            gone = Unmounted(mount);
            if (!lazily)
            {
                if (mount.Children.Count > 0 || gone.Exists(static m => m.IsUsed(out _)))
                    return Errno.EBUSY;
            }
            else
            {
                gone = WithPropagated(Subtree(mount));
            }
            Remove(gone);
        }
        Retire(gone);
        return 0;
    }

    /// <summary>A tree that is attached nowhere has lost its last descriptor. open_tree(2).</summary>
    internal void DissolveTree(Mount mount)
    {
        List<Mount> gone;
        lock (Gate)
        {
            // It has found a place meanwhile.
            if (mount.Place is not null || mount.Namespace is not { IsAnonymous: true })
                return;
            gone = Subtree(mount);
            Remove(gone);
        }
        Retire(gone);
    }

    /// <summary>A namespace has lost its last user. Nobody has unmounted anything: those that share its mounts keep theirs.</summary>
    internal void Dissolve(MountNamespace space)
    {
        List<Mount> gone;
        lock (Gate)
        {
            if (space.RootMount is not { } root)
                return;
            gone = Subtree(root);
            Remove(gone);
        }
        Retire(gone);
    }

    /// <summary>A name is gone: what other namespaces had mounted there goes too. mount_namespaces(7).</summary>
    internal void DetachFrom(Dentry dentry)
    {
        if (dentry.Covers is null)
            return;
        List<Mount> gone = [];
        lock (Gate)
        {
            while (dentry.Covers is [var first, ..])
            {
                List<Mount> some = WithPropagated(Subtree(first));
                Remove(some);
                gone.AddRange(some);
            }
        }
        Retire(gone);
    }

    private static List<Mount> Unmounted(Mount mount) => WithPropagated([mount]);

    /// <summary>Adds what goes along in the mounts that receive from where these are attached.</summary>
    private static List<Mount> WithPropagated(List<Mount> mounts)
    {
        HashSet<Mount> all = [.. mounts];
        List<Mount> candidates = [];
        foreach (Mount mount in mounts)
        {
            if (mount.Place is not { } place)
                continue;
            foreach (Mount receiver in Receivers(place.Parent))
            {
                if (ChildAt(receiver, place.Dentry) is { } child && !all.Contains(child))
                    candidates.Add(child);
            }
        }
        // One that has more mounted on it than goes along stays; what covers it just drops down.
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (Mount candidate in candidates)
            {
                if (all.Contains(candidate) || candidate.Children.Exists(child => !all.Contains(child) && !CoversRoot(child)))
                    continue;
                changed |= all.Add(candidate);
            }
        }
        return [.. all];
    }

    private static bool CoversRoot(Mount mount) => ReferenceEquals(mount.Place!.Dentry, mount.Place.Parent.Root);

    private void Remove(List<Mount> mounts)
    {
        HashSet<Mount> going = [.. mounts];
        HashSet<MountNamespace> touched = [];
        foreach (Mount mount in mounts)
        {
            foreach (Mount child in mount.Children.ToArray())
            {
                if (going.Contains(child) || mount.Place is not { } place)
                    continue;
                Detach(child);
                Link(child, place.Parent, place.Dentry);
            }
        }
        foreach (Mount mount in mounts)
        {
            MountNamespace? space = mount.Namespace;
            Detach(mount);
            SetNamespace(mount, null);
            MakePrivate(mount);
            if (space is not null && touched.Add(space))
                space.CountChange();
        }
    }

    private static void Retire(List<Mount> mounts)
    {
        foreach (Mount mount in mounts)
        {
            mount.FormerPoint?.Unpin();
            mount.Retire();
        }
    }
}
