namespace Zonix.Lx.Uring;

/// <content>IORING_OP_ASYNC_CANCEL and POLL_REMOVE.</content>
internal sealed partial class UringFile
{
    private const uint IORING_ASYNC_CANCEL_ALL = 1, IORING_ASYNC_CANCEL_FD = 2, IORING_ASYNC_CANCEL_ANY = 4;
    private const uint IORING_ASYNC_CANCEL_FD_FIXED = 8, IORING_ASYNC_CANCEL_USERDATA = 16, IORING_ASYNC_CANCEL_OP = 32;

    /// <summary>Cancels what fits: 0, or how many with _ALL or _ANY; ENOENT, EALREADY.</summary>
    internal SysResult CancelMatching(UringRequest asking)
    {
        SubmissionEntry entry = asking.Entry;
        uint flags = entry.OperationFlags;
        const uint Known = IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_FD | IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_FD_FIXED |
            IORING_ASYNC_CANCEL_USERDATA | IORING_ASYNC_CANCEL_OP;
        if ((flags & ~Known) != 0 || (entry.Flags & UringRequestFlags.IOSQE_BUFFER_SELECT) != 0 || entry.Offset != 0 || entry.SpliceFd != 0)
            return Errno.EINVAL;
        bool byFile = (flags & IORING_ASYNC_CANCEL_FD) != 0, any = (flags & IORING_ASYNC_CANCEL_ANY) != 0;
        bool byOpcode = (flags & IORING_ASYNC_CANCEL_OP) != 0;
        if (any && (flags & (IORING_ASYNC_CANCEL_FD | IORING_ASYNC_CANCEL_USERDATA | IORING_ASYNC_CANCEL_OP)) != 0)
            return Errno.EINVAL;
        bool byData = (flags & IORING_ASYNC_CANCEL_USERDATA) != 0 || (!any && !byFile && !byOpcode);
        Kernel.Vfs.OpenFileDescription? file = null;
        if (byFile)
        {
            file = (flags & IORING_ASYNC_CANCEL_FD_FIXED) != 0 || (entry.Flags & UringRequestFlags.IOSQE_FIXED_FILE) != 0
                ? Registry.FileAt(entry.Fd)
                : asking.Task.Files[new Fd(entry.Fd)];
            if (file is null)
                return Errno.EBADF;
        }
        UringRequest[] found = Select(other =>
            !ReferenceEquals(other, asking) && other.Guarded is null && (!byFile || ReferenceEquals(other.File, file)) &&
            (!byOpcode || (uint)other.Entry.Opcode == entry.Length) && (!byData || other.Entry.UserData == entry.Address));
        return CancelFound(found, (flags & (IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY)) != 0);
    }

    /// <summary>IORING_OP_POLL_REMOVE without changes: ENOENT, EALREADY.</summary>
    internal SysResult RemovePoll(UringRequest asking)
    {
        SubmissionEntry entry = asking.Entry;
        if (entry.BufferIndex != 0 || entry.SpliceFd != 0 || entry.OperationFlags != 0 || entry.Length != 0 || entry.Offset != 0)
            return Errno.EINVAL;
        return CancelFound(
            Select(other => other.Entry.Opcode == UringOpcode.IORING_OP_POLL_ADD && other.Entry.UserData == entry.Address), all: false);
    }

    private SysResult CancelFound(UringRequest[] found, bool all)
    {
        if (found.Length == 0)
            return all ? 0 : Errno.ENOENT;
        int cancelled = 0;
        foreach (UringRequest one in found)
        {
            if (Cancel(one))
                cancelled++;
            if (!all)
                return cancelled > 0 ? 0 : Errno.EALREADY;
        }
        return cancelled;
    }
}
