using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Trees of mounts by descriptor: open_tree(2), move_mount(2), mount_setattr(2).</summary>
internal static class MountTreeCalls
{
    private const uint OPEN_TREE_CLONE = 1, OPEN_TREE_CLOEXEC = (uint)OpenFlags.O_CLOEXEC;
    private const uint MOVE_MOUNT_F_SYMLINKS = 1, MOVE_MOUNT_F_AUTOMOUNTS = 2, MOVE_MOUNT_F_EMPTY_PATH = 4, MOVE_MOUNT_T_SYMLINKS = 0x10,
        MOVE_MOUNT_T_AUTOMOUNTS = 0x20, MOVE_MOUNT_T_EMPTY_PATH = 0x40, MOVE_MOUNT_SET_GROUP = 0x100, MOVE_MOUNT_BENEATH = 0x200;
    private const MountAttributes Known = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV |
        MountAttributes.MOUNT_ATTR_NOEXEC | MountAttributes.MOUNT_ATTR__ATIME | MountAttributes.MOUNT_ATTR_NODIRATIME |
        MountAttributes.MOUNT_ATTR_NOSYMFOLLOW;
    private const MountFlags AnyTime = MountFlags.MS_NOATIME | MountFlags.MS_RELATIME;
    private const int SmallestAttr = 32, PageSize = 4096;

    /// <summary>A descriptor of a place, or of a copy of the mounts there. open_tree(2).</summary>
    [Syscall(X64 = 428, I386 = 428)]
    internal static SysResult OpenTree(KernelTask task, Fd directory, UserCString path, uint flags)
    {
        const uint Taken = (uint)(AtFlags.AT_EMPTY_PATH | AtFlags.AT_NO_AUTOMOUNT | AtFlags.AT_RECURSIVE | AtFlags.AT_SYMLINK_NOFOLLOW) |
            OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
        bool copies = (flags & OPEN_TREE_CLONE) != 0, recursive = (flags & (uint)AtFlags.AT_RECURSIVE) != 0;
        if ((flags & ~Taken) != 0 || (recursive && !copies))
            return Errno.EINVAL;
        if (copies && !MountCalls.IsAllowed(task))
            return Errno.EPERM;
        Errno e = UserPath.Resolve(task, directory, path, Walk((AtFlags)flags), out VfsPath found);
        if (e != 0)
            return e;
        bool cloexec = (flags & OPEN_TREE_CLOEXEC) != 0;
        if (!copies)
        {
            e = PathOperations.OpenFound(task, found, OpenFlags.O_PATH, created: false, out OpenFileDescription? opened);
            return e != 0 ? e : DescriptorCalls.Install(task, opened!, cloexec);
        }
        e = MountOperations.CopyTree(task, found, recursive, out Mount? copy);
        if (e != 0)
            return e;
        task.FileSystem.Vfs.Mounts.Isolate(copy!, task.FileSystem.Mounts.Types);
        return InstallTree(task, copy!, cloexec);
    }

    /// <summary>Moves a mount, or gives one that is attached nowhere its place. move_mount(2).</summary>
    [Syscall(X64 = 429, I386 = 429)]
    internal static SysResult MoveMount(
        KernelTask task, Fd fromDirectory, UserCString from, Fd toDirectory, UserCString to, uint flags)
    {
        const uint Taken = MOVE_MOUNT_F_SYMLINKS | MOVE_MOUNT_F_AUTOMOUNTS | MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS |
            MOVE_MOUNT_T_AUTOMOUNTS | MOVE_MOUNT_T_EMPTY_PATH | MOVE_MOUNT_SET_GROUP | MOVE_MOUNT_BENEATH;
        if (!MountCalls.IsAllowed(task))
            return Errno.EPERM;
        const uint Kinds = MOVE_MOUNT_SET_GROUP | MOVE_MOUNT_BENEATH;
        if ((flags & ~Taken) != 0 || (flags & Kinds) == Kinds)
            return Errno.EINVAL;
        Errno e = UserPath.Resolve(
            task, fromDirectory, from, Walk((flags & MOVE_MOUNT_F_SYMLINKS) != 0, (flags & MOVE_MOUNT_F_EMPTY_PATH) != 0), out VfsPath source);
        if (e != 0)
            return e;
        e = UserPath.Resolve(
            task, toDirectory, to, Walk((flags & MOVE_MOUNT_T_SYMLINKS) != 0, (flags & MOVE_MOUNT_T_EMPTY_PATH) != 0), out VfsPath target);
        if (e != 0)
            return e;
        return (flags & MOVE_MOUNT_SET_GROUP) != 0
            ? MountOperations.SetGroup(task, source, target)
            : MountOperations.Move(task, source, target, (flags & MOVE_MOUNT_BENEATH) != 0);
    }

    /// <summary>Changes flags and propagation of a mount, or of all below it. mount_setattr(2).</summary>
    [Syscall(X64 = 442, I386 = 442, Support = Support.Partial, Missing = "MOUNT_ATTR_IDMAP")]
    internal static SysResult MountSetattr(
        KernelTask task, Fd directory, UserCString path, AtFlags flags, UserPointer<MountAttr> attributes, nuint size)
    {
        const AtFlags Taken = AtFlags.AT_EMPTY_PATH | AtFlags.AT_RECURSIVE | AtFlags.AT_SYMLINK_NOFOLLOW | AtFlags.AT_NO_AUTOMOUNT;
        if ((flags & ~Taken) != 0)
            return Errno.EINVAL;
        if (size > PageSize)
            return Errno.E2BIG;
        if (size < SmallestAttr)
            return Errno.EINVAL;
        if (!MountCalls.IsAllowed(task))
            return Errno.EPERM;
        Errno e = ReadRequest(task, attributes, size, out MountAttr request);
        if (e != 0)
            return e;
        if (request.Set == 0 && request.Clear == 0 && request.Propagation == 0)
            return 0;
        e = ReadChange(request, out MountFlags set, out MountFlags changed);
        if (e != 0)
            return e;
        e = UserPath.Resolve(task, directory, path, Walk(flags), out VfsPath found);
        return e != 0 ? e : MountOperations.SetAttributes(
            task, found, (flags & AtFlags.AT_RECURSIVE) != 0, set, changed, (MountFlags)request.Propagation);
    }

    /// <summary>Attributes of a mount as its flags. EINVAL.</summary>
    internal static Errno ReadAttributes(MountAttributes attributes, out MountFlags flags)
    {
        flags = Plain(attributes);
        if ((attributes & ~Known) != 0)
            return Errno.EINVAL;
        return ReadTime(attributes, ref flags);
    }

    /// <summary>A descriptor that keeps mounts which are attached nowhere.</summary>
    internal static SysResult InstallTree(KernelTask task, Mount mount, bool cloexec)
    {
        var tree = new DetachedTree(task.FileSystem.Vfs.Mounts, mount);
        return DescriptorCalls.Install(task, new OpenFileDescription(tree, new VfsPath(mount, mount.Root), OpenFlags.O_PATH), cloexec);
    }

    private static Errno ReadRequest(KernelTask task, UserPointer<MountAttr> attributes, nuint size, out MountAttr request)
    {
        if (!task.Memory.TryRead(attributes, out request))
            return Errno.EFAULT;
        for (nuint i = SmallestAttr; i < size; i++)
        {
            if (!task.Memory.TryRead(attributes.Address + i, out byte rest))
                return Errno.EFAULT;
            if (rest != 0)
                return Errno.E2BIG;
        }
        return 0;
    }

    private static Errno ReadChange(in MountAttr request, out MountFlags set, out MountFlags changed)
    {
        set = Plain(request.Set);
        changed = set | Plain(request.Clear);
        if (((request.Set | request.Clear) & ~Known) != 0)
            return Errno.EINVAL;
        var kind = (MountFlags)request.Propagation;
        if ((kind & ~MountFlags.Propagation) != 0 || (kind & (kind - 1)) != 0)
            return Errno.EINVAL;
        MountAttributes times = request.Clear & MountAttributes.MOUNT_ATTR__ATIME;
        if (times == 0)
            return (request.Set & MountAttributes.MOUNT_ATTR__ATIME) != 0 ? Errno.EINVAL : 0;
        // The kinds of time stamps are one value, which is cleared as a whole.
        if (times != MountAttributes.MOUNT_ATTR__ATIME)
            return Errno.EINVAL;
        changed |= AnyTime;
        return ReadTime(request.Set, ref set);
    }

    private static Errno ReadTime(MountAttributes attributes, ref MountFlags flags)
    {
        switch (attributes & MountAttributes.MOUNT_ATTR__ATIME)
        {
            case 0:
                flags |= MountFlags.MS_RELATIME;
                return 0;
            case MountAttributes.MOUNT_ATTR_NOATIME:
                flags |= MountFlags.MS_NOATIME;
                return 0;
            case MountAttributes.MOUNT_ATTR_STRICTATIME:
                return 0;
            default:
                return Errno.EINVAL;
        }
    }

    private static MountFlags Plain(MountAttributes attributes)
    {
        const MountAttributes Same = MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID |
            MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC;
        var flags = (MountFlags)(attributes & Same);
        if ((attributes & MountAttributes.MOUNT_ATTR_NODIRATIME) != 0)
            flags |= MountFlags.MS_NODIRATIME;
        return (attributes & MountAttributes.MOUNT_ATTR_NOSYMFOLLOW) != 0 ? flags | MountFlags.MS_NOSYMFOLLOW : flags;
    }

    private static WalkFlags Walk(AtFlags flags) => Walk((flags & AtFlags.AT_SYMLINK_NOFOLLOW) == 0, (flags & AtFlags.AT_EMPTY_PATH) != 0);

    private static WalkFlags Walk(bool follow, bool empty) => (follow ? WalkFlags.Follow : 0) | (empty ? WalkFlags.Empty : 0);
}
