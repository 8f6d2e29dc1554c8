using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Handles of files: name_to_handle_at(2), open_by_handle_at(2).</summary>
internal static class FileHandleCalls
{
    private const int CAP_DAC_READ_SEARCH = 2;
    private const uint HandleSize = FileHandles.ContentSize, MAX_HANDLE_SZ = 128;
    private const AtFlags AT_HANDLE_FID = (AtFlags)0x200;

    /// <summary>The handle of a file and the number of its mount. EOVERFLOW: the handle needs more room.</summary>
    [Syscall(X64 = 303, I386 = 341, Name = "name_to_handle_at")]
    internal static SysResult NameToHandleAt(
        KernelTask task, Fd directory, UserCString path, UserAddress handle, UserPointer<int> mountId, AtFlags flags)
    {
        if ((flags & ~(AtFlags.AT_SYMLINK_FOLLOW | AtFlags.AT_EMPTY_PATH | AT_HANDLE_FID)) != 0)
            return Errno.EINVAL;
        WalkFlags how = (flags & AtFlags.AT_SYMLINK_FOLLOW) != 0 ? WalkFlags.Follow : WalkFlags.None;
        if ((flags & AtFlags.AT_EMPTY_PATH) != 0)
            how |= WalkFlags.Empty;
        Errno e = UserPath.Resolve(task, directory, path, how, out VfsPath found);
        if (e != 0)
            return e;
        if (!task.FileSystem.Vfs.Handles.TryGet(found, out ulong number))
            return Errno.EOPNOTSUPP;
        if (!task.Memory.TryRead(handle, out uint room))
            return Errno.EFAULT;
        if (room > MAX_HANDLE_SZ)
            return Errno.EINVAL;
        bool fits = room >= HandleSize;
        if (!task.Memory.TryWrite(handle, HandleSize) || !task.Memory.TryWrite(mountId, found.Mount.Id))
            return Errno.EFAULT;
        if (!fits)
            return Errno.EOVERFLOW;
        Span<byte> bytes = stackalloc byte[FileHandles.Size];
        FileHandles.Write(bytes, found.Mount.FileSystem, number);
        return task.Memory.TryCopyOut(handle, bytes) ? 0 : Errno.EFAULT;
    }

    /// <summary>Opens the file a handle stands for. ESTALE: it is gone.</summary>
    [Syscall(X64 = 304, I386 = 342, Name = "open_by_handle_at")]
    internal static SysResult OpenByHandleAt(KernelTask task, Fd mount, UserAddress handle, OpenFlags flags)
    {
        if (!task.Credentials.Has(CAP_DAC_READ_SEARCH))
            return Errno.EPERM;
        VfsPath place = task.FileSystem.WorkingDirectory;
        if (mount != Fd.AT_FDCWD)
        {
            if (task.Files[mount] is not { } file)
                return Errno.EBADF;
            place = file.Path;
        }
        if (!task.Memory.TryRead(handle, out uint size) || !task.Memory.TryRead(handle + 4, out int type))
            return Errno.EFAULT;
        if (size is 0 or > MAX_HANDLE_SZ)
            return Errno.EINVAL;
        uint device = 0;
        ulong number = 0;
        if (size >= HandleSize && (!task.Memory.TryRead(handle + 8, out device) || !task.Memory.TryRead(handle + 12, out number)))
            return Errno.EFAULT;
        IFileSystem fileSystem = place.Mount.FileSystem;
        if (size != HandleSize || type != FileHandles.FILEID_INO32_GEN || device != (uint)fileSystem.Device ||
            !task.FileSystem.Vfs.Handles.TryFind(number, fileSystem, out Dentry? dentry))
            return Errno.ESTALE;
        Errno e = PathOperations.OpenFound(task, new VfsPath(place.Mount, dentry!), flags, created: false, out OpenFileDescription? opened);
        if (task.TakeQuestion() is { } question)
            return OpenCalls.OpenIfAllowed(task, question, flags);
        return e != 0 ? e : DescriptorCalls.Install(task, opened!, (flags & OpenFlags.O_CLOEXEC) != 0);
    }
}
