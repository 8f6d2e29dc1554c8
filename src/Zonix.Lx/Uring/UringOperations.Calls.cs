using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Uring;

/// <content>Requests that are system calls.</content>
internal static partial class UringOperations
{
    private static SysResult StartCall(UringRequest request)
    {
        SubmissionEntry entry = request.Entry;
        KernelTask task = request.Task;
        var fd = new Fd(entry.Fd);
        // A file that gets a slot has no descriptor that could be closed by an execve(2).
        if (entry.SpliceFd != 0 && entry.Opcode is UringOpcode.IORING_OP_OPENAT or UringOpcode.IORING_OP_ACCEPT &&
            ((OpenFlags)entry.OperationFlags & OpenFlags.O_CLOEXEC) != 0 && entry.SpliceFd != 0)
            return Errno.EINVAL;
        if ((entry.Flags & UringRequestFlags.IOSQE_FIXED_FILE) != 0)
            return Errno.EBADF;
        var path = new UserCString(entry.Address);
        switch (entry.Opcode)
        {
            case UringOpcode.IORING_OP_OPENAT:
                return entry.BufferIndex != 0 ? Errno.EINVAL : OpenCalls.OpenAt(task, fd, path, (OpenFlags)entry.OperationFlags, entry.Length);
            case UringOpcode.IORING_OP_OPENAT2:
                return entry.BufferIndex != 0
                    ? Errno.EINVAL : OpenCalls.OpenAt2(task, fd, path, new UserPointer<OpenHow>(entry.Offset), entry.Length);
            case UringOpcode.IORING_OP_CLOSE:
                return Close(task, entry);
            case UringOpcode.IORING_OP_STATX:
                return StatusCalls.Statx(task, fd, path, (AtFlags)entry.OperationFlags, entry.Length, new UserPointer<Statx>(entry.Offset));
            case UringOpcode.IORING_OP_MADVISE:
                return Syscalls.Memory.Madvise(task, new UserAddress(entry.Address), entry.Length, (Advice)entry.OperationFlags);
            case UringOpcode.IORING_OP_EPOLL_CTL:
                return EpollCalls.EpollCtl(task, fd, (int)entry.Length, new Fd((int)entry.Offset), new UserPointer<EpollEvent>(entry.Address));
            case UringOpcode.IORING_OP_RENAMEAT:
                return NameCalls.Renameat2(
                    task, fd, path, new Fd((int)entry.Length), new UserCString(entry.Offset), (RenameFlags)entry.OperationFlags);
            case UringOpcode.IORING_OP_UNLINKAT:
                return entry.Offset != 0 || entry.Length != 0 ? Errno.EINVAL : NameCalls.Unlinkat(task, fd, path, (AtFlags)entry.OperationFlags);
            case UringOpcode.IORING_OP_MKDIRAT:
                return entry.Offset != 0 || entry.OperationFlags != 0 ? Errno.EINVAL : NameCalls.Mkdirat(task, fd, path, entry.Length);
            case UringOpcode.IORING_OP_SYMLINKAT:
                return entry.Length != 0 || entry.OperationFlags != 0
                    ? Errno.EINVAL : NameCalls.Symlinkat(task, path, fd, new UserCString(entry.Offset));
            case UringOpcode.IORING_OP_LINKAT:
                return NameCalls.Linkat(
                    task, fd, path, new Fd((int)entry.Length), new UserCString(entry.Offset), (AtFlags)entry.OperationFlags);
            default:
                return StartOtherCall(task, entry, fd);
        }
    }

    private static SysResult StartOtherCall(KernelTask task, in SubmissionEntry entry, Fd fd)
    {
        var name = new UserCString(entry.Address);
        var value = new UserAddress(entry.Offset);
        switch (entry.Opcode)
        {
            case UringOpcode.IORING_OP_FSETXATTR:
                return ExtendedAttributeCalls.Fsetxattr(task, fd, name, value, entry.Length, (int)entry.OperationFlags);
            case UringOpcode.IORING_OP_SETXATTR:
                return ExtendedAttributeCalls.Setxattr(task, new UserCString(entry.Address3), name, value, entry.Length, (int)entry.OperationFlags);
            case UringOpcode.IORING_OP_FGETXATTR:
                return ExtendedAttributeCalls.Fgetxattr(task, fd, name, value, entry.Length);
            case UringOpcode.IORING_OP_GETXATTR:
                return ExtendedAttributeCalls.Getxattr(task, new UserCString(entry.Address3), name, value, entry.Length);
            case UringOpcode.IORING_OP_SOCKET:
                return SocketCalls.Socket(task, entry.Fd, (int)entry.Offset, (int)entry.Length);
            case UringOpcode.IORING_OP_ACCEPT:
                return SocketConnections.Accept4(
                    task, fd, new UserAddress(entry.Address), new UserAddress(entry.Offset), (OpenFlags)entry.OperationFlags);
            case UringOpcode.IORING_OP_BIND:
                return SocketConnections.Bind(task, fd, new UserAddress(entry.Address), (int)entry.Offset);
            case UringOpcode.IORING_OP_LISTEN:
                return SocketConnections.Listen(task, fd, (int)entry.Length);
            case UringOpcode.IORING_OP_CONNECT:
                return SocketConnections.Connect(task, fd, new UserAddress(entry.Address), (int)entry.Offset);
            default:
                return Errno.EINVAL;
        }
    }

    private static SysResult Close(KernelTask task, in SubmissionEntry entry)
    {
        if (entry.Offset != 0 || entry.Address != 0 || entry.Length != 0 || entry.OperationFlags != 0 || entry.BufferIndex != 0)
            return Errno.EINVAL;
        var fd = new Fd(entry.Fd);
        // A ring cannot be closed by way of a ring.
        return task.Files[fd] is { File: UringFile } ? Errno.EBADF : OpenCalls.Close(task, fd);
    }
}
