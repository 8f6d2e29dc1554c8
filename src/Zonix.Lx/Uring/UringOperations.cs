using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;
using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Uring;

/// <summary>What each kind of request does: mostly a system call of the same name, whose wait is captured.</summary>
internal static partial class UringOperations
{
    private const int MSG_WAITALL = 0x100;
    private const uint IORING_POLL_ADD_MULTI = 1, IORING_FSYNC_DATASYNC = 1, SPLICE_F_FD_IN_FIXED = 1u << 31;

    /// <summary>Whether there is such a request. IORING_REGISTER_PROBE.</summary>
    public static bool IsSupported(UringOpcode opcode) => opcode is <= UringOpcode.IORING_OP_SOCKET or
        UringOpcode.IORING_OP_READ_MULTISHOT or (>= UringOpcode.IORING_OP_FIXED_FD_INSTALL and <= UringOpcode.IORING_OP_LISTEN);

    /// <summary>Whether the rest of its chain is not to run.</summary>
    public static bool HasFailed(UringRequest request, int answer)
    {
        switch (request.Entry.Opcode)
        {
            case UringOpcode.IORING_OP_TIMEOUT or UringOpcode.IORING_OP_LINK_TIMEOUT:
                return answer < 0 && !(answer == -(int)Errno.ETIME && UringFile.IsSuccessAtEnd(request));
            case UringOpcode.IORING_OP_READ or UringOpcode.IORING_OP_WRITE or UringOpcode.IORING_OP_READV or UringOpcode.IORING_OP_WRITEV or
                UringOpcode.IORING_OP_READ_FIXED or UringOpcode.IORING_OP_WRITE_FIXED:
                return answer < 0 || (ulong)answer != request.Wanted;
            case UringOpcode.IORING_OP_SEND or UringOpcode.IORING_OP_RECV:
                return answer < 0 || ((request.Entry.OperationFlags & MSG_WAITALL) != 0 && answer < request.Entry.Length);
            case UringOpcode.IORING_OP_SPLICE or UringOpcode.IORING_OP_TEE:
                return answer != request.Entry.Length;
            default:
                return answer < 0;
        }
    }

    /// <summary>Starts a request, in the context of its task; Blocked when its wait was captured.</summary>
    public static SysResult Start(UringFile ring, UringRequest request)
    {
        ref readonly SubmissionEntry entry = ref request.Entry;
        if (UsesFile(entry.Opcode))
        {
            request.File = (entry.Flags & UringRequestFlags.IOSQE_FIXED_FILE) != 0
                ? ring.Registry.FileAt(entry.Fd)?.AddReference()
                : request.Task.Files.Acquire(new Fd(entry.Fd));
            if (request.File is null or { IsPath: true })
                return Errno.EBADF;
        }
        switch (entry.Opcode)
        {
            case UringOpcode.IORING_OP_NOP:
                return 0;
            case UringOpcode.IORING_OP_READ_MULTISHOT:
            case UringOpcode.IORING_OP_READ or UringOpcode.IORING_OP_READV or UringOpcode.IORING_OP_RECV
                when (entry.Flags & UringRequestFlags.IOSQE_BUFFER_SELECT) != 0:
                return UringSelected.Start(ring, request);
            case UringOpcode.IORING_OP_PROVIDE_BUFFERS:
                return ring.Buffers.Provide(request.Task, entry);
            case UringOpcode.IORING_OP_REMOVE_BUFFERS:
                return ring.Buffers.Remove(entry);
            case UringOpcode.IORING_OP_MSG_RING:
                return SendMessage(ring, request);
            case UringOpcode.IORING_OP_FIXED_FD_INSTALL:
                return InstallDescriptor(request);
            case UringOpcode.IORING_OP_CLOSE when entry.SpliceFd != 0:
                return CloseSlot(ring, entry);
            case UringOpcode.IORING_OP_ACCEPT when (entry.Priority & UringAccept.IORING_ACCEPT_MULTISHOT) != 0:
                return UringAccept.Start(ring, request);
            case UringOpcode.IORING_OP_READ or UringOpcode.IORING_OP_READV or UringOpcode.IORING_OP_READ_FIXED:
                return UringTransfer.Start(request, writes: false);
            case UringOpcode.IORING_OP_WRITE or UringOpcode.IORING_OP_WRITEV or UringOpcode.IORING_OP_WRITE_FIXED:
                return UringTransfer.Start(request, writes: true);
            case UringOpcode.IORING_OP_POLL_ADD:
                return (entry.Length & ~IORING_POLL_ADD_MULTI) != 0 || entry.BufferIndex != 0 || entry.Offset != 0 || entry.Address != 0
                    ? Errno.EINVAL
                    : UringPoll.Start(ring, request, (entry.Length & IORING_POLL_ADD_MULTI) != 0);
            case UringOpcode.IORING_OP_POLL_REMOVE:
                return ring.RemovePoll(request);
            case UringOpcode.IORING_OP_ASYNC_CANCEL:
                return ring.CancelMatching(request);
            case UringOpcode.IORING_OP_TIMEOUT_REMOVE:
                return ring.RemoveTimeout(request);
            case UringOpcode.IORING_OP_LINK_TIMEOUT:
                return Errno.EINVAL;
            case UringOpcode.IORING_OP_FILES_UPDATE:
                return entry.SpliceFd != 0 || entry.OperationFlags != 0
                    ? Errno.EINVAL
                    : UringRegistration.UpdateFiles(request.Task, ring, (uint)entry.Offset, entry.Address, entry.Length);
            default:
                return UsesFile(entry.Opcode) ? StartOnFile(ring, request) : StartCall(request);
        }
    }

    private static bool UsesFile(UringOpcode opcode) => opcode is UringOpcode.IORING_OP_READ or UringOpcode.IORING_OP_READV or
        UringOpcode.IORING_OP_READ_FIXED or UringOpcode.IORING_OP_WRITE or UringOpcode.IORING_OP_WRITEV or UringOpcode.IORING_OP_WRITE_FIXED or
        UringOpcode.IORING_OP_FSYNC or UringOpcode.IORING_OP_SYNC_FILE_RANGE or UringOpcode.IORING_OP_POLL_ADD or UringOpcode.IORING_OP_SENDMSG or
        UringOpcode.IORING_OP_RECVMSG or UringOpcode.IORING_OP_SEND or UringOpcode.IORING_OP_RECV or UringOpcode.IORING_OP_FALLOCATE or
        UringOpcode.IORING_OP_FADVISE or UringOpcode.IORING_OP_FTRUNCATE or UringOpcode.IORING_OP_SHUTDOWN or UringOpcode.IORING_OP_SPLICE or
        UringOpcode.IORING_OP_TEE or UringOpcode.IORING_OP_MSG_RING or UringOpcode.IORING_OP_READ_MULTISHOT or UringOpcode.IORING_OP_FIXED_FD_INSTALL;

    private static SysResult StartOnFile(UringFile ring, UringRequest request)
    {
        SubmissionEntry entry = request.Entry;
        KernelTask task = request.Task;
        OpenFileDescription file = request.File!;
        switch (entry.Opcode)
        {
            case UringOpcode.IORING_OP_FSYNC:
                return (entry.OperationFlags & ~IORING_FSYNC_DATASYNC) != 0 || entry.Address != 0 || entry.BufferIndex != 0 || entry.SpliceFd != 0
                    ? Errno.EINVAL
                    : PositionCalls.Sync(file, (entry.OperationFlags & IORING_FSYNC_DATASYNC) != 0);
            case UringOpcode.IORING_OP_SYNC_FILE_RANGE:
                return PositionCalls.SyncRange(file, (long)entry.Offset, entry.Length, entry.OperationFlags);
            case UringOpcode.IORING_OP_FALLOCATE:
                return PositionCalls.Allocate(task, file, (FallocateMode)entry.Length, (long)entry.Offset, (long)entry.Address);
            case UringOpcode.IORING_OP_FADVISE:
                return PositionCalls.Advise(file, entry.Length, (int)entry.OperationFlags);
            case UringOpcode.IORING_OP_FTRUNCATE:
                return PositionCalls.Truncate(task, file, (long)entry.Offset);
            case UringOpcode.IORING_OP_SHUTDOWN:
                return SocketCalls.Shutdown(file, (int)entry.Length);
            case UringOpcode.IORING_OP_SEND:
                return SocketMessages.Send(
                    task, file, new UserAddress(entry.Address), entry.Length, (int)entry.OperationFlags, new UserAddress(entry.Offset), entry.SpliceFd & 0xFFFF);
            case UringOpcode.IORING_OP_RECV:
                return SocketMessages.Receive(task, file, new UserAddress(entry.Address), entry.Length, (int)entry.OperationFlags);
            case UringOpcode.IORING_OP_SENDMSG:
                return SocketMessages.SendMsg(task, file, new UserPointer<MessageHeader>(entry.Address), (int)entry.OperationFlags);
            case UringOpcode.IORING_OP_RECVMSG:
                return SocketMessages.RecvMsg(task, file, new UserPointer<MessageHeader>(entry.Address), (int)entry.OperationFlags);
            default:
                return StartSplice(ring, task, entry, file);
        }
    }

    private static SysResult StartSplice(UringFile ring, KernelTask task, in SubmissionEntry entry, OpenFileDescription target)
    {
        // The other file, as a number of its own kind.
        var flags = (SpliceFlags)(entry.OperationFlags & ~SPLICE_F_FD_IN_FIXED);
        bool isFixed = (entry.OperationFlags & SPLICE_F_FD_IN_FIXED) != 0;
        if ((isFixed ? ring.Registry.FileAt(entry.SpliceFd) : task.Files[new Fd(entry.SpliceFd)]) is not { } source)
            return Errno.EBADF;
        if (entry.Opcode == UringOpcode.IORING_OP_TEE)
            return entry.Offset != 0 || entry.Address != 0 ? Errno.EINVAL : SpliceCalls.Tee(source, target, task, entry.Length, flags);
        return SpliceCalls.SpliceAt(task, source, (long)entry.Address, target, (long)entry.Offset, entry.Length, flags);
    }
}
