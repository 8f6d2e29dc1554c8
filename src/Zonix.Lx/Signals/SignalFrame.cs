using System.Buffers.Binary;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Signals;

/// <summary>
/// The frame that a handler of an x86-64 program finds on its stack: return address, ucontext, siginfo, and above them
/// the extended state in XSAVE format. Layout: arch/x86/include/uapi/asm/sigcontext.h, ucontext.h.
/// </summary>
internal static class SignalFrame
{
    internal const int ContextOffset = 8;
    internal const int InfoOffset = 312;
    internal const int FrameSize = 440;

    internal const int StackOffset = ContextOffset + 16;
    internal const int RegistersOffset = ContextOffset + 40;
    internal const int SigmaskOffset = ContextOffset + 296;

    private const int RedZone = 128;
    private const int SS_ONSTACK = 1;
    private const int SS_DISABLE = 2;
    private const int SS_AUTODISARM = 1 << 31;
    private const uint FP_XSTATE_MAGIC1 = 0x46505853;
    private const uint FP_XSTATE_MAGIC2 = 0x46505845;
    private const int Magic2Size = 4;
    private const int SoftwareReservedOffset = 464;
    private const int LegacySize = 512;
    private const int XsaveHeaderSize = 64;

    // UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS
    private const ulong ContextFlags = 7;
    private const ulong Segments = 0x33 | (0x2BUL << 48);

    // DF, TF and RF are clear when a handler starts.
    private const ulong ClearedFlags = 0x400 | 0x100 | 0x10000;

    /// <summary>Builds the frame and points the task at the handler; false: there is no room for it.</summary>
    internal static bool TryPush(KernelTask task, LxTask state, in KernelSigAction action, in SigInfo info)
    {
        ref var registers = ref task.Cpu.Registers;
        if ((action.Flags & SigActionFlags.SA_RESTORER) == 0 || !TryFindStack(task, action, out var top))
        {
            return false;
        }

        var extendedSize = CpuContext.ExtendedStateSize + Magic2Size;
        var extended = (top - (ulong)extendedSize) & ~63UL;
        var frame = ((extended - FrameSize) & ~15UL) - 8;
        if (frame > top || !WriteExtended(task, extended) || !WriteFrame(task, state, action, info, frame, extended))
        {
            return false;
        }

        // The frame holds the mask of before sigsuspend; the handler adds to the one that let its signal through.
        task.Signals.SavedMask = null;
        var during = task.Signals.Blocked | action.Mask;
        if ((action.Flags & SigActionFlags.SA_NODEFER) == 0)
        {
            during |= SignalMask.Of(info.Signo);
        }

        SignalSending.SetBlocked(task, during);
        if ((task.Signals.AlternateStack.Flags & SS_AUTODISARM) != 0)
        {
            task.Signals.AlternateStack = new StackT { Flags = SS_DISABLE };
        }

        registers.Rdi = (ulong)info.Signo;
        registers.Rsi = frame + InfoOffset;
        registers.Rdx = frame + ContextOffset;
        registers.Rax = 0;
        registers.Rsp = frame;
        registers.Rip = action.Handler;
        registers.Rflags &= ~ClearedFlags;
        task.Cpu.ResetExtendedState();
        return true;
    }

    /// <summary>rt_sigreturn(2): takes the registers from the frame below the stack pointer; false: the frame is bad.</summary>
    internal static bool TryPop(KernelTask task)
    {
        Span<byte> frame = stackalloc byte[FrameSize];
        var address = task.Cpu.Registers.Rsp - 8;
        if (task.Memory.CopyIn(new UserAddress(address), frame) != FrameSize)
        {
            return false;
        }

        SignalSending.SetBlocked(task, BinaryPrimitives.ReadUInt64LittleEndian(frame[SigmaskOffset..]));
        if (!ReadExtended(task, BinaryPrimitives.ReadUInt64LittleEndian(frame[(RegistersOffset + 184)..])))
        {
            return false;
        }

        ReadRegisters(frame[RegistersOffset..], ref task.Cpu.Registers);
        RestoreAlternateStack(task, frame[StackOffset..]);
        return true;
    }

    internal static bool IsOnAlternateStack(in StackT stack, ulong rsp) =>
        (stack.Flags & (SS_DISABLE | SS_AUTODISARM)) == 0 && rsp > stack.Sp && rsp - stack.Sp <= stack.Size;

    private static bool TryFindStack(KernelTask task, in KernelSigAction action, out ulong top)
    {
        var stack = task.Signals.AlternateStack;
        var rsp = task.Cpu.Registers.Rsp;
        top = rsp - RedZone;
        if (IsOnAlternateStack(stack, rsp))
        {
            // sigaltstack(2): a handler that overflows the alternate stack must not continue below it.
            return IsOnAlternateStack(stack, top - (ulong)(FrameSize + CpuContext.ExtendedStateSize));
        }

        if ((action.Flags & SigActionFlags.SA_ONSTACK) != 0 && (stack.Flags & SS_DISABLE) == 0 && stack.Size != 0)
        {
            top = stack.Sp + stack.Size;
        }

        return true;
    }

    private static bool WriteFrame(
        KernelTask task, LxTask state, in KernelSigAction action, in SigInfo info, ulong address, ulong extended)
    {
        Span<byte> frame = stackalloc byte[FrameSize];
        frame.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(frame, action.Restorer);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[ContextOffset..], ContextFlags);
        var stack = task.Signals.AlternateStack;
        BinaryPrimitives.WriteUInt64LittleEndian(frame[StackOffset..], stack.Sp);
        BinaryPrimitives.WriteInt32LittleEndian(frame[(StackOffset + 8)..], stack.Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[(StackOffset + 16)..], stack.Size);
        WriteRegisters(frame[RegistersOffset..], task.Cpu.Registers, state, extended);
        var mask = task.Signals.SavedMask ?? task.Signals.Blocked;
        BinaryPrimitives.WriteUInt64LittleEndian(frame[(RegistersOffset + 168)..], mask);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[SigmaskOffset..], mask);
        return task.Memory.CopyOut(new UserAddress(address), frame) == FrameSize &&
            task.Memory.TryWrite(new UserAddress(address + InfoOffset), info);
    }

    private static void WriteRegisters(Span<byte> to, in GuestRegisters r, LxTask state, ulong extended)
    {
        ReadOnlySpan<ulong> words =
        [
            r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15,
            r.Rdi, r.Rsi, r.Rbp, r.Rbx, r.Rdx, r.Rax, r.Rcx, r.Rsp,
            r.Rip, r.Rflags, Segments, state.LastFault.ErrorCode, state.LastFault.TrapNumber, 0, state.LastFault.Cr2, extended,
        ];
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to[(i * 8)..], words[i]);
        }
    }

    private static void ReadRegisters(ReadOnlySpan<byte> from, ref GuestRegisters r)
    {
        r.R8 = Word(from, 0);
        r.R9 = Word(from, 1);
        r.R10 = Word(from, 2);
        r.R11 = Word(from, 3);
        r.R12 = Word(from, 4);
        r.R13 = Word(from, 5);
        r.R14 = Word(from, 6);
        r.R15 = Word(from, 7);
        r.Rdi = Word(from, 8);
        r.Rsi = Word(from, 9);
        r.Rbp = Word(from, 10);
        r.Rbx = Word(from, 11);
        r.Rdx = Word(from, 12);
        r.Rax = Word(from, 13);
        r.Rcx = Word(from, 14);
        r.Rsp = Word(from, 15);
        r.Rip = Word(from, 16);
        r.Rflags = Word(from, 17);
    }

    private static ulong Word(ReadOnlySpan<byte> from, int index) => BinaryPrimitives.ReadUInt64LittleEndian(from[(index * 8)..]);

    private static bool WriteExtended(KernelTask task, ulong address)
    {
        var size = CpuContext.ExtendedStateSize;
        Span<byte> image = stackalloc byte[size + Magic2Size];
        task.Cpu.SaveExtendedState(image[..size]);
        var software = image.Slice(SoftwareReservedOffset, 48);
        software.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(software, FP_XSTATE_MAGIC1);
        BinaryPrimitives.WriteInt32LittleEndian(software[4..], size + Magic2Size);
        BinaryPrimitives.WriteUInt64LittleEndian(software[8..], CpuContext.ExtendedFeatures);
        BinaryPrimitives.WriteInt32LittleEndian(software[16..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(image[size..], FP_XSTATE_MAGIC2);
        return task.Memory.CopyOut(new UserAddress(address), image) == (nuint)image.Length;
    }

    private static bool ReadExtended(KernelTask task, ulong address)
    {
        if (address == 0)
        {
            task.Cpu.ResetExtendedState();
            return true;
        }

        var size = CpuContext.ExtendedStateSize;
        Span<byte> image = stackalloc byte[size + Magic2Size];
        if (task.Memory.CopyIn(new UserAddress(address), image[..LegacySize]) != LegacySize)
        {
            return false;
        }

        var software = image.Slice(SoftwareReservedOffset, 48);
        var isExtended = BinaryPrimitives.ReadUInt32LittleEndian(software) == FP_XSTATE_MAGIC1 &&
            BinaryPrimitives.ReadInt32LittleEndian(software[16..]) == size &&
            task.Memory.CopyIn(new UserAddress(address), image) == (nuint)image.Length &&
            BinaryPrimitives.ReadUInt32LittleEndian(image[size..]) == FP_XSTATE_MAGIC2;
        if (!isExtended)
        {
            // Only x87 and SSE were saved: the rest starts afresh.
            image[LegacySize..].Clear();
            BinaryPrimitives.WriteUInt64LittleEndian(image[LegacySize..], 3);
        }
        else
        {
            image.Slice(LegacySize + 8, XsaveHeaderSize - 8).Clear();
            var present = BinaryPrimitives.ReadUInt64LittleEndian(image[LegacySize..]) & CpuContext.ExtendedFeatures;
            BinaryPrimitives.WriteUInt64LittleEndian(image[LegacySize..], present);
        }

        return task.Cpu.LoadExtendedState(image[..size]);
    }

    private static void RestoreAlternateStack(KernelTask task, ReadOnlySpan<byte> from)
    {
        var flags = BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
        task.Signals.AlternateStack = new StackT
        {
            Sp = BinaryPrimitives.ReadUInt64LittleEndian(from),
            Flags = flags & ~SS_ONSTACK,
            Size = BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
        };
    }
}
