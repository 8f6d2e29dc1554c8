using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Tasks;

/// <summary>An open file of a namespace, whose user it is. setns(2), ioctl_nsfs(2).</summary>
internal sealed class NamespaceFile(IInode inode, Namespace content) : IControllable
{
    private const uint NS_GET_USERNS = 0xb701, NS_GET_PARENT = 0xb702, NS_GET_NSTYPE = 0xb703, NS_GET_OWNER_UID = 0xb704;
    private const uint NS_GET_MNTNS_ID = 0x8008b705;

    public IInode Inode => inode;

    internal Namespace Content => content;

    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        bool isUser = content.Kind == CloneFlags.CLONE_NEWUSER, isHierarchical = isUser || content.Kind == CloneFlags.CLONE_NEWPID;
        return request switch
        {
            // The zone's own has no owner and no parent that could be seen from inside it.
            NS_GET_USERNS => isUser ? Errno.EPERM : OpenUserNamespace(task),
            NS_GET_PARENT => isHierarchical ? Errno.EPERM : Errno.EINVAL,
            NS_GET_NSTYPE => (long)content.Kind,
            NS_GET_OWNER_UID => !isUser ? Errno.EINVAL : task.Memory.TryWrite(argument, 0u) ? 0 : Errno.EFAULT,
            NS_GET_MNTNS_ID => GiveMountNumber(task, argument),
            _ => Errno.ENOTTY,
        };
    }

    public void Close() => content.Release();

    private SysResult GiveMountNumber(KernelTask task, UserAddress argument)
    {
        if (content.Content is not MountNamespace mounts)
            return Errno.EINVAL;
        return task.Memory.TryWrite(argument, mounts.Number) ? 0 : Errno.EFAULT;
    }

    private static SysResult OpenUserNamespace(KernelTask task)
    {
        VfsPath place = LxTask.Of(task).Namespaces.Find("user")!.Place(task.FileSystem.Vfs);
        if (place.Dentry.Inode is not IOpenableInode user)
            return Errno.ENOENT;
        Errno error = user.Open(OpenFlags.O_RDONLY, out IFile? file);
        return error != 0 ? error : DescriptorCalls.Install(task, new OpenFileDescription(file!, place, OpenFlags.O_RDONLY), cloexec: true);
    }
}
