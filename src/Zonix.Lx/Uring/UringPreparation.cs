using Zonix.Lx.Syscalls;

namespace Zonix.Lx.Uring;

/// <summary>What is looked at when a request is taken, before it or its chain begins.</summary>
internal static class UringPreparation
{
    private const UringRequestFlags Known = (UringRequestFlags)0x7f;

    /// <summary>Why the request cannot begin; 0: it can.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="request">The request.</param>
    /// <param name="after">The one before it in its chain; null: it is the first.</param>
    public static Errno Prepare(UringFile ring, UringRequest request, UringRequest? after)
    {
        ref readonly SubmissionEntry entry = ref request.Entry;
        if ((entry.Flags & ~Known) != 0 || !UringOperations.IsSupported(entry.Opcode) || entry.Personality != 0)
            return Errno.EINVAL;
        bool selects = (entry.Flags & UringRequestFlags.IOSQE_BUFFER_SELECT) != 0;
        if (selects && entry.Opcode is not (UringOpcode.IORING_OP_READ or UringOpcode.IORING_OP_READV or UringOpcode.IORING_OP_RECV or
            UringOpcode.IORING_OP_READ_MULTISHOT))
            return Errno.EOPNOTSUPP;
        bool repeatsReading = entry.Opcode == UringOpcode.IORING_OP_READ_MULTISHOT ||
            (entry.Opcode == UringOpcode.IORING_OP_RECV && (entry.Priority & UringSelected.IORING_RECV_MULTISHOT) != 0);
        if (repeatsReading && !selects)
            return Errno.EINVAL;
        // Draining counts completions: it does not go together with requests that make none.
        if ((entry.Flags & UringRequestFlags.IOSQE_CQE_SKIP_SUCCESS) != 0)
            ring.CannotDrain = true;
        if ((entry.Flags & UringRequestFlags.IOSQE_IO_DRAIN) != 0 && ring.CannotDrain)
            return Errno.EOPNOTSUPP;
        if (selects)
            return entry.Opcode == UringOpcode.IORING_OP_READV && entry.Length != 1 ? Errno.EINVAL : 0;
        switch (entry.Opcode)
        {
            case UringOpcode.IORING_OP_LINK_TIMEOUT:
                return after is null or { Entry.Opcode: UringOpcode.IORING_OP_LINK_TIMEOUT } ? Errno.EINVAL : UringFile.CheckTimeout(request);
            case UringOpcode.IORING_OP_TIMEOUT:
                return UringFile.CheckTimeout(request);
            case UringOpcode.IORING_OP_READV or UringOpcode.IORING_OP_WRITEV:
                Errno e = TransferCalls.Gather(
                    request.Task, new UserPointer<Kernel.Vfs.IoVector>(entry.Address), (int)entry.Length, out Kernel.Vfs.UserBuffer buffer);
                request.Buffer = buffer;
                return e;
            case UringOpcode.IORING_OP_READ_FIXED or UringOpcode.IORING_OP_WRITE_FIXED:
                e = ring.Registry.Range(request.Task.Memory, entry.BufferIndex, entry.Address, entry.Length, out buffer);
                request.Buffer = buffer;
                return e;
            case UringOpcode.IORING_OP_READ or UringOpcode.IORING_OP_WRITE:
                request.Buffer = new Kernel.Vfs.UserBuffer(request.Task.Memory, new UserAddress(entry.Address), Math.Min(entry.Length, 0x7ffff000u));
                return 0;
            default:
                return 0;
        }
    }
}
