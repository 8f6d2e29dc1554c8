using System.Text;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Proc;

namespace Zonix.Lx.Syscalls;

/// <summary>What is mounted, by number: statmount(2), listmount(2).</summary>
internal static class MountQueryCalls
{
    private const ulong LSMT_ROOT = ulong.MaxValue;
    private const ulong FirstUnique = 1UL << 31;
    private const uint LISTMOUNT_REVERSE = 1;
    private const int SmallestRequest = 24, PageSize = 4096, MostAtOnce = 1_000_000;
    private const ulong Supported = StatMount.STATMOUNT_SB_BASIC | StatMount.STATMOUNT_MNT_BASIC | StatMount.STATMOUNT_PROPAGATE_FROM |
        StatMount.STATMOUNT_MNT_ROOT | StatMount.STATMOUNT_MNT_POINT | StatMount.STATMOUNT_FS_TYPE | StatMount.STATMOUNT_MNT_NS_ID |
        StatMount.STATMOUNT_MNT_OPTS | StatMount.STATMOUNT_FS_SUBTYPE | StatMount.STATMOUNT_SB_SOURCE | StatMount.STATMOUNT_OPT_ARRAY |
        StatMount.STATMOUNT_SUPPORTED_MASK;

    /// <summary>What a mount is. statmount(2).</summary>
    [Syscall(X64 = 457, I386 = 457, Support = Support.Partial, Missing = "other namespaces than the caller's")]
    internal static SysResult Statmount(KernelTask task, UserPointer<MountIdRequest> request, UserAddress buffer, nuint size, uint flags)
    {
        if (flags != 0)
            return Errno.EINVAL;
        Errno e = Read(task, request, out MountIdRequest wanted);
        if (e != 0)
            return e;
        MountTable table = task.FileSystem.Vfs.Mounts;
        if (table.Find(task.FileSystem.Mounts, wanted.MountId) is not { } mount)
            return Errno.ENOENT;
        string? place = MountText.Place(mount, task.FileSystem.Root);
        if (place is null && !MountCalls.IsAllowed(task))
            return Errno.EPERM;
        var strings = new MemoryStream();
        var result = new StatMount { Mask = wanted.Parameter & Supported };
        if (Wants(StatMount.STATMOUNT_SB_BASIC))
            FillSuperblock(mount, ref result);
        if (Wants(StatMount.STATMOUNT_MNT_BASIC))
            FillMount(mount, ref result);
        if (Wants(StatMount.STATMOUNT_PROPAGATE_FROM) && mount.MasterGroup != 0)
            result.PropagateFrom = (ulong)table.NearestGroup(mount, task.FileSystem.Root);
        if (Wants(StatMount.STATMOUNT_MNT_NS_ID))
            result.NamespaceId = task.FileSystem.Mounts.Number;
        if (Wants(StatMount.STATMOUNT_SUPPORTED_MASK))
            result.SupportedMask = Supported;
        Put(StatMount.STATMOUNT_FS_TYPE, mount.FileSystem.TypeName, ref result.Type, ref result.Mask);
        Put(StatMount.STATMOUNT_MNT_ROOT, MountText.RootPath(mount), ref result.Root, ref result.Mask);
        Put(StatMount.STATMOUNT_MNT_POINT, place, ref result.Point, ref result.Mask);
        string options = mount.FileSystem.Options.TrimStart(',');
        Put(StatMount.STATMOUNT_MNT_OPTS, options.Length > 0 ? options : null, ref result.Options, ref result.Mask);
        Put(StatMount.STATMOUNT_FS_SUBTYPE, null, ref result.Subtype, ref result.Mask);
        Put(StatMount.STATMOUNT_SB_SOURCE, mount.Source, ref result.Source, ref result.Mask);
        if (Wants(StatMount.STATMOUNT_OPT_ARRAY) && options.Length > 0)
            result.OptionCount = (uint)options.AsSpan().Count(',') + 1;
        Put(StatMount.STATMOUNT_OPT_ARRAY, options.Length > 0 ? options.Replace(',', '\0') : null, ref result.OptionArray, ref result.Mask);
        result.Size = (uint)(StatMount.HeaderSize + strings.Length);
        if (strings.Length > 0 && size < result.Size)
            return Errno.EOVERFLOW;
        return Store(task, buffer, size, result, strings.ToArray());

        bool Wants(ulong kind) => (wanted.Parameter & kind) != 0;

        // A text that there is none of is not announced.
        void Put(ulong kind, string? text, ref uint offset, ref ulong mask)
        {
            if (!Wants(kind))
                return;
            if (text is null)
            {
                mask &= ~kind;
                return;
            }
            offset = (uint)strings.Length;
            strings.Write(Encoding.Latin1.GetBytes(text));
            strings.WriteByte(0);
        }
    }

    /// <summary>Numbers of the mounts below one. listmount(2).</summary>
    [Syscall(X64 = 458, I386 = 458, Support = Support.Partial, Missing = "other namespaces than the caller's")]
    internal static SysResult Listmount(KernelTask task, UserPointer<MountIdRequest> request, UserAddress ids, nuint count, uint flags)
    {
        if ((flags & ~LISTMOUNT_REVERSE) != 0)
            return Errno.EINVAL;
        if (count > MostAtOnce)
            return Errno.EOVERFLOW;
        Errno e = Read(task, request, out MountIdRequest wanted);
        if (e != 0)
            return e;
        if (wanted.Parameter is > 0 and <= FirstUnique)
            return Errno.EINVAL;
        Mount[] all = task.FileSystem.Mounts.Snapshot();
        VfsPath top = task.FileSystem.Root;
        if (wanted.MountId != LSMT_ROOT)
        {
            if (Array.Find(all, mount => mount.UniqueId == wanted.MountId) is not { } parent)
                return Errno.ENOENT;
            if (MountText.Place(parent, top) is null && !MountCalls.IsAllowed(task))
                return Errno.EPERM;
            top = new VfsPath(parent, parent.Root);
        }
        bool backwards = (flags & LISTMOUNT_REVERSE) != 0;
        if (backwards)
            Array.Reverse(all);
        nuint stored = 0;
        foreach (Mount mount in all)
        {
            bool follows = wanted.Parameter == 0 || (backwards ? mount.UniqueId < wanted.Parameter : mount.UniqueId > wanted.Parameter);
            if (stored == count || !follows || mount.UniqueId == wanted.MountId || MountText.Place(mount, top) is null)
                continue;
            if (!task.Memory.TryWrite(new UserPointer<ulong>(ids.Value + (stored * 8)), mount.UniqueId))
                return Errno.EFAULT;
            stored++;
        }
        return (long)stored;
    }

    private static Errno Read(KernelTask task, UserPointer<MountIdRequest> address, out MountIdRequest request)
    {
        request = default;
        if (!task.Memory.TryRead(address.Address, out uint size))
            return Errno.EFAULT;
        if (size > PageSize)
            return Errno.E2BIG;
        if (size < SmallestRequest)
            return Errno.EINVAL;
        if (!task.Memory.TryRead(address, out request))
            return Errno.EFAULT;
        ulong space = 0;
        if (size >= SmallestRequest + sizeof(ulong) && !task.Memory.TryRead(address.Address + SmallestRequest, out space))
            return Errno.EFAULT;
        // Numbers below are those that are used again.
        if (request.Spare != 0 || request.MountId <= FirstUnique)
            return Errno.EINVAL;
        return space == 0 || space == task.FileSystem.Mounts.Number ? 0 : Errno.ENOENT;
    }

    private static void FillSuperblock(Mount mount, ref StatMount result)
    {
        const MountFlags Shown = MountFlags.MS_RDONLY | MountFlags.MS_SYNCHRONOUS | MountFlags.MS_DIRSYNC | MountFlags.MS_LAZYTIME;
        mount.FileSystem.GetStatistics(out FileSystemStatistics statistics);
        (result.DeviceMajor, result.DeviceMinor) = ((uint)(mount.FileSystem.Device >> 32), (uint)mount.FileSystem.Device);
        result.Magic = (ulong)statistics.Type;
        result.SuperblockFlags = (uint)((mount.Superblock.Flags & Shown) | (mount.Superblock.IsReadOnly ? MountFlags.MS_RDONLY : 0));
    }

    private static void FillMount(Mount mount, ref StatMount result)
    {
        Mount parent = mount.MountPoint.IsNull ? mount : mount.MountPoint.Mount;
        (result.Id, result.ParentId) = (mount.UniqueId, parent.UniqueId);
        (result.OldId, result.OldParentId) = ((uint)mount.Id, (uint)parent.Id);
        const MountFlags Same = MountFlags.MS_RDONLY | MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;
        var attributes = (MountAttributes)(mount.Flags & Same);
        if ((mount.Flags & MountFlags.MS_NOATIME) != 0)
            attributes |= MountAttributes.MOUNT_ATTR_NOATIME;
        else if ((mount.Flags & MountFlags.MS_RELATIME) == 0)
            attributes |= MountAttributes.MOUNT_ATTR_STRICTATIME;
        if ((mount.Flags & MountFlags.MS_NODIRATIME) != 0)
            attributes |= MountAttributes.MOUNT_ATTR_NODIRATIME;
        if ((mount.Flags & MountFlags.MS_NOSYMFOLLOW) != 0)
            attributes |= MountAttributes.MOUNT_ATTR_NOSYMFOLLOW;
        result.Attributes = (ulong)attributes;
        MountFlags propagation = mount.SharedGroup != 0 ? MountFlags.MS_SHARED : 0;
        propagation |= mount.MasterGroup != 0 ? MountFlags.MS_SLAVE : 0;
        propagation |= mount.IsUnbindable ? MountFlags.MS_UNBINDABLE : 0;
        result.Propagation = (ulong)(propagation == 0 ? MountFlags.MS_PRIVATE : propagation);
        (result.PeerGroup, result.Master) = ((ulong)mount.SharedGroup, (ulong)mount.MasterGroup);
    }

    private static SysResult Store(KernelTask task, UserAddress buffer, nuint size, StatMount header, byte[] strings)
    {
        if (size < StatMount.HeaderSize)
            return Errno.EOVERFLOW;
        if (!task.Memory.TryWrite(new UserPointer<StatMount>(buffer.Value), header))
            return Errno.EFAULT;
        return task.Memory.CopyOut(buffer + StatMount.HeaderSize, strings) == (nuint)strings.Length ? 0 : Errno.EFAULT;
    }
}
