using System.Buffers.Binary;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Ptrace;

/// <summary>What a tracee is doing. ptrace(2), PTRACE_GET_SYSCALL_INFO, PTRACE_GET_RSEQ_CONFIGURATION.</summary>
internal static class CallInfo
{
    private const uint AUDIT_ARCH_X86_64 = 0xC000_003E, AUDIT_ARCH_I386 = 0x4000_0003;
    private const byte None = 0, Entry = 1, Exit = 2, Filter = 3;
    private const int HeadSize = 24, EntrySize = 80, ExitSize = 33, FilterSize = 84, FullSize = 88;
    private const int MaxErrno = 4095;

    /// <summary>Answers such a request; null: it is another.</summary>
    internal static SysResult? TryAnswer(KernelTask task, KernelTask target, Tracee tracee, PtraceRequest request, ulong size, UserAddress to) =>
        request switch
        {
            PtraceRequest.PTRACE_GET_SYSCALL_INFO => Describe(task, tracee, size, to),
            PtraceRequest.PTRACE_GET_RSEQ_CONFIGURATION => DescribeRseq(task, target, size, to),
            _ => null,
        };

    private static SysResult Describe(KernelTask task, Tracee tracee, ulong size, UserAddress to)
    {
        Span<byte> info = stackalloc byte[FullSize];
        info.Clear();
        int length;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            length = Fill(tracee, info);
        }

        int copied = (int)Math.Min(size, (ulong)length);
        return task.Memory.CopyOut(to, info[..copied]) == (nuint)copied ? length : Errno.EFAULT;
    }

    private static int Fill(Tracee tracee, Span<byte> info)
    {
        LxTask state = LxTask.Of(tracee.Task);
        LxTracee own = LxTracee.Of(tracee);
        ref GuestRegisters r = ref tracee.Task.Cpu.Registers;
        BinaryPrimitives.WriteUInt32LittleEndian(info[4..], state.IsI386Call ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64);
        BinaryPrimitives.WriteUInt64LittleEndian(info[8..], r.Rip);
        BinaryPrimitives.WriteUInt64LittleEndian(info[16..], r.Rsp);
        bool isFilter = own.Event == PtraceEvent.PTRACE_EVENT_SECCOMP;
        if (isFilter || tracee.Stop == TraceStopKind.CallEntry)
        {
            info[0] = isFilter ? Filter : Entry;
            BinaryPrimitives.WriteUInt64LittleEndian(info[HeadSize..], state.OriginalRax);
            ReadOnlySpan<ulong> arguments = state.IsI386Call
                ? [(uint)r.Rbx, (uint)r.Rcx, (uint)r.Rdx, (uint)r.Rsi, (uint)r.Rdi, (uint)r.Rbp]
                : [r.Rdi, r.Rsi, r.Rdx, r.R10, r.R8, r.R9];
            for (int i = 0; i < arguments.Length; i++)
                BinaryPrimitives.WriteUInt64LittleEndian(info[(HeadSize + 8 + (i * 8))..], arguments[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(info[EntrySize..], isFilter ? (uint)own.Message : 0);
            return isFilter ? FilterSize : EntrySize;
        }

        if (tracee.Stop != TraceStopKind.CallExit)
        {
            info[0] = None;
            return HeadSize;
        }

        info[0] = Exit;
        ulong result = TraceeRegisters.Accumulator(tracee.Task);
        BinaryPrimitives.WriteUInt64LittleEndian(info[HeadSize..], result);
        info[HeadSize + 8] = (long)result is < 0 and >= -MaxErrno ? (byte)1 : (byte)0;
        return ExitSize;
    }

    /// <summary>struct ptrace_rseq_configuration: place, size, signature, flags, padding.</summary>
    private static SysResult DescribeRseq(KernelTask task, KernelTask target, ulong size, UserAddress to)
    {
        Span<byte> info = stackalloc byte[HeadSize];
        info.Clear();
        RestartableSequence own = LxTask.Of(target).Rseq;
        BinaryPrimitives.WriteUInt64LittleEndian(info, own.Address.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(info[8..], own.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(info[12..], own.Signature);
        int copied = (int)Math.Min(size, HeadSize);
        return task.Memory.CopyOut(to, info[..copied]) == (nuint)copied ? HeadSize : Errno.EFAULT;
    }
}
