namespace Zonix.Kernel.Vfs;

/// <content>Copies: bind mounts, detached trees, new namespaces; pivot_root.</content>
public sealed partial class MountTable
{
    /// <summary>A copy of what is seen at a place, with all mounts below it if <paramref name="recursive"/>. Attached nowhere.</summary>
    internal Mount CopyTree(VfsPath from, bool recursive)
    {
        lock (Gate)
        {
            return recursive
                ? Copy(from.Mount, from.Dentry, CopyKind.Same, withUnbindable: false)
                : CopyOne(from.Mount, from.Dentry, CopyKind.Same);
        }
    }

    /// <summary>Something that copied is not wanted after all.</summary>
    internal void Discard(Mount copy)
    {
        List<Mount> gone;
        lock (Gate)
        {
            gone = Subtree(copy);
            Remove(gone);
        }
        Retire(gone);
    }

    /// <summary>Gives a mount that is attached nowhere a namespace of its own, so that mounts can be made below it.</summary>
    public void Isolate(Mount mount, FileSystemTypes types)
    {
        var space = new MountNamespace(this, types) { IsAnonymous = true, RootMount = mount };
        lock (Gate)
        {
            foreach (Mount one in Subtree(mount))
                SetNamespace(one, space);
        }
    }

    /// <summary>
    /// Leaves <paramref name="from"/> for a copy of it: unshare(2), CLONE_NEWNS. The places are those of the caller, which
    /// become the same places in the copy.
    /// </summary>
    internal MountNamespace CopyNamespace(MountNamespace from, ref VfsPath root, ref VfsPath workingDirectory)
    {
        var space = new MountNamespace(this, from.Types);
        Dictionary<Mount, Mount> made = [];
        lock (Gate)
        {
            Mount top = Copy(from.RootMount!, from.RootMount!.Root, CopyKind.Same, withUnbindable: true, made);
            space.RootMount = top;
            foreach (Mount mount in Subtree(top))
                SetNamespace(mount, space);
        }
        root = Translate(root);
        workingDirectory = Translate(workingDirectory);
        return space;

        VfsPath Translate(VfsPath path) => made.TryGetValue(path.Mount, out Mount? copy) ? new VfsPath(copy, path.Dentry) : path;
    }

    /// <summary>pivot_root(2): all checks that concern mounts, and the change. The caller moves the tasks.</summary>
    internal Errno PivotRoot(MountNamespace space, VfsPath root, VfsPath newRoot, VfsPath putOld)
    {
        putOld.Dentry.Pin();
        lock (putOld.Dentry.Gate)
        {
            lock (Gate)
            {
                putOld = MountNamespace.Descend(putOld);
                Mount oldMount = root.Mount, newMount = newRoot.Mount;
                if (putOld.Mount.IsShared || newMount.Place is { Parent.IsShared: true } || oldMount.Place is { Parent.IsShared: true })
                    return Errno.EINVAL;
                if (!ReferenceEquals(oldMount.Namespace, space) || !ReferenceEquals(newMount.Namespace, space))
                    return Errno.EINVAL;
                if (newRoot.Dentry.IsUnlinked || putOld.Dentry.IsUnlinked)
                    return Errno.ENOENT;
                if (ReferenceEquals(newMount, oldMount) || ReferenceEquals(putOld.Mount, oldMount))
                    return Errno.EBUSY;
                if (!ReferenceEquals(root.Dentry, oldMount.Root) || !ReferenceEquals(newRoot.Dentry, newMount.Root) || newMount.Place is null)
                    return Errno.EINVAL;
                if (!IsReachable(putOld, newRoot) || !IsReachable(newRoot, root))
                    return Errno.EINVAL;
                MountPlace? former = oldMount.Place;
                Detach(newMount);
                if (former is null)
                    space.RootMount = newMount;
                else
                    Detach(oldMount);
                Link(oldMount, putOld.Mount, putOld.Dentry);
                if (former is not null)
                    Link(newMount, former.Parent, former.Dentry);
                space.CountChange();
                return 0;
            }
        }
    }

    /// <summary>Whether a place lies at or below another one.</summary>
    internal static bool IsReachable(VfsPath path, VfsPath root)
    {
        while (!ReferenceEquals(path.Mount, root.Mount))
        {
            if (path.Mount.MountPoint.IsNull)
                return false;
            path = path.Mount.MountPoint;
        }
        return path.Dentry.IsWithin(root.Dentry);
    }
}
