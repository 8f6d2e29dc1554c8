using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Uring;

/// <content>Files that live in registered slots alone, and messages to other rings.</content>
internal static partial class UringOperations
{
    /// <summary>Instead of a slot's number and 1: whichever is free.</summary>
    public const int IORING_FILE_INDEX_ALLOC = -1;

    private const ulong IORING_MSG_DATA = 0, IORING_MSG_SEND_FD = 1;
    private const uint IORING_MSG_RING_CQE_SKIP = 1, IORING_MSG_RING_FLAGS_PASS = 2, IORING_FIXED_FD_NO_CLOEXEC = 1;

    /// <summary>What a request that opens a file answers: where a slot was asked for, the descriptor goes there.</summary>
    public static SysResult Settle(UringFile ring, UringRequest request, SysResult result)
    {
        SubmissionEntry entry = request.Entry;
        if (result.IsError || entry.SpliceFd == 0 || entry.Opcode is not (UringOpcode.IORING_OP_OPENAT or UringOpcode.IORING_OP_OPENAT2 or
            UringOpcode.IORING_OP_ACCEPT or UringOpcode.IORING_OP_SOCKET))
            return result;
        return request.Task.Files.Remove(new Fd((int)result.Value)) is { } file ? ring.Registry.Install(file, entry.SpliceFd) : Errno.EBADF;
    }

    /// <summary>IORING_OP_MSG_RING: a completion, or a registered file, for another ring. EBADFD: that is none.</summary>
    private static SysResult SendMessage(UringFile ring, UringRequest request)
    {
        SubmissionEntry entry = request.Entry;
        uint flags = entry.OperationFlags;
        if (entry.BufferIndex != 0 || (flags & ~(IORING_MSG_RING_CQE_SKIP | IORING_MSG_RING_FLAGS_PASS)) != 0)
            return Errno.EINVAL;
        if (request.File!.File is not UringFile target || target.IsDisabled)
            return Errno.EBADFD;
        bool passes = (flags & IORING_MSG_RING_FLAGS_PASS) != 0;
        switch (entry.Address)
        {
            case IORING_MSG_DATA:
                if (entry.Address3 != 0 || (!passes && entry.SpliceFd != 0))
                    return Errno.EINVAL;
                target.Tell(new UringCompletion(entry.Offset, (int)entry.Length, passes ? (uint)entry.SpliceFd : 0));
                return 0;
            case IORING_MSG_SEND_FD:
                if (ReferenceEquals(target, ring) || entry.Length != 0 || passes)
                    return Errno.EINVAL;
                if (ring.Registry.FileAt((int)entry.Address3)?.AddReference() is not { } sent)
                    return Errno.EBADF;
                SysResult slot = target.Registry.Install(sent, entry.SpliceFd);
                if (!slot.IsError && (flags & IORING_MSG_RING_CQE_SKIP) == 0)
                    target.Tell(new UringCompletion(entry.Offset, (int)slot.Value, 0));
                return slot;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>IORING_OP_FIXED_FD_INSTALL: a descriptor of a registered file.</summary>
    private static SysResult InstallDescriptor(UringRequest request)
    {
        SubmissionEntry entry = request.Entry;
        if (entry.Offset != 0 || entry.Address != 0 || entry.Length != 0 || entry.BufferIndex != 0 || entry.SpliceFd != 0 || entry.Address3 != 0 ||
            (entry.OperationFlags & ~IORING_FIXED_FD_NO_CLOEXEC) != 0)
            return Errno.EINVAL;
        if ((entry.Flags & UringRequestFlags.IOSQE_FIXED_FILE) == 0)
            return Errno.EBADF;
        bool cloexec = (entry.OperationFlags & IORING_FIXED_FD_NO_CLOEXEC) == 0;
        return Syscalls.DescriptorCalls.Install(request.Task, request.File!.AddReference(), cloexec);
    }

    /// <summary>IORING_OP_CLOSE of a slot. EBADF, ENXIO, EINVAL.</summary>
    private static SysResult CloseSlot(UringFile ring, in SubmissionEntry entry)
    {
        if (entry.Fd != 0)
            return Errno.EINVAL;
        if (!ring.Registry.HasFiles)
            return Errno.ENXIO;
        if (!ring.Registry.HasSlot(entry.SpliceFd - 1))
            return Errno.EINVAL;
        return ring.Registry.FileAt(entry.SpliceFd - 1) is null ? Errno.EBADF : ring.Registry.SetFile(entry.SpliceFd - 1, null);
    }
}
