using System.Buffers.Binary;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Signals;

/// <summary>
/// The frames that handlers of i386 programs find on their stack: with siginfo and ucontext for SA_SIGINFO, the old one without. Layouts:
/// arch/x86/include/asm/sigframe.h, arch/x86/include/uapi/asm/sigcontext.h.
/// </summary>
internal static class SignalFrame32
{
    private const int ContextSize = 88;
    private const int RealTimeSize = 268, InfoOffset = 16, UserContextOffset = 144, StackOffset = 152, RealTimeContextOffset = 164, SigmaskOffset = 252;
    private const int OldSize = 732, OldContextOffset = 8, ExtraMaskOffset = 720;
    private const int RealTimeCodeOffset = RealTimeSize - 8, OldCodeOffset = OldSize - 8;
    private const int SS_ONSTACK = 1, SS_DISABLE = 2, SS_AUTODISARM = 1 << 31;
    private const uint UC_FP_XSTATE = 1;
    private const ulong ClearedFlags = 0x400 | 0x100 | 0x10000;

    // What is on the stack below for debuggers: the code of the trampolines.
    private static ReadOnlySpan<byte> OldCode => [0x58, 0xB8, 119, 0, 0, 0, 0xCD, 0x80];

    private static ReadOnlySpan<byte> RealTimeCode => [0xB8, 173, 0, 0, 0, 0xCD, 0x80, 0];

    /// <summary>Builds the frame and points the task at the handler; false: there is no room for it.</summary>
    internal static bool TryPush(KernelTask task, LxTask state, in KernelSigAction action, in SigInfo info)
    {
        bool isRealTime = (action.Flags & SigActionFlags.SA_SIGINFO) != 0;
        int size = isRealTime ? RealTimeSize : OldSize;
        if (!TryFindStack(task, action, out uint top))
            return false;
        uint state32 = ExtendedState32.PlaceBelow(top);
        uint frame = ((state32 - (uint)size + 4) & ~15u) - 4;
        if (frame > top || !ExtendedState32.TryWrite(task, state32)
            || !(isRealTime ? WriteRealTime(task, state, action, info, frame, state32) : WriteOld(task, state, action, info, frame, state32)))
        {
            return false;
        }

        task.Signals.SavedMask = null;
        ulong during = task.Signals.Blocked | action.Mask;
        if ((action.Flags & SigActionFlags.SA_NODEFER) == 0)
            during |= SignalMask.Of(info.Signo);
        SignalSending.SetBlocked(task, during);
        if ((task.Signals.AlternateStack.Flags & SS_AUTODISARM) != 0)
            task.Signals.AlternateStack = new StackT { Flags = SS_DISABLE };
        Enter(task.Cpu, action, info, frame, isRealTime);
        return true;
    }

    /// <summary>rt_sigreturn(2).</summary>
    internal static bool TryPop(KernelTask task)
    {
        Span<byte> frame = stackalloc byte[RealTimeSize];
        uint address = (uint)task.Cpu.Registers.Rsp - 4;
        if (task.Memory.CopyIn(new UserAddress(address), frame) != RealTimeSize)
            return false;
        SignalSending.SetBlocked(task, BinaryPrimitives.ReadUInt64LittleEndian(frame[SigmaskOffset..]));
        if (!Restore(task, frame.Slice(RealTimeContextOffset, ContextSize)))
            return false;
        int flags = BinaryPrimitives.ReadInt32LittleEndian(frame[(StackOffset + 4)..]);
        task.Signals.AlternateStack = new StackT { Sp = Word(frame, StackOffset), Flags = flags & ~SS_ONSTACK, Size = Word(frame, StackOffset + 8) };
        return true;
    }

    /// <summary>sigreturn(2): the trampoline has taken the return address and the number off the stack.</summary>
    internal static bool TryPopOld(KernelTask task)
    {
        Span<byte> frame = stackalloc byte[OldSize];
        uint address = (uint)task.Cpu.Registers.Rsp - 8;
        if (task.Memory.CopyIn(new UserAddress(address), frame) != OldSize)
            return false;
        ulong mask = Word(frame, OldContextOffset + 80) | ((ulong)Word(frame, ExtraMaskOffset) << 32);
        SignalSending.SetBlocked(task, mask);
        return Restore(task, frame.Slice(OldContextOffset, ContextSize));
    }

    private static void Enter(CpuContext cpu, in KernelSigAction action, in SigInfo info, uint frame, bool isRealTime)
    {
        ref GuestRegisters registers = ref cpu.Registers;
        registers.Rax = (uint)info.Signo;
        registers.Rdx = isRealTime ? frame + InfoOffset : 0;
        registers.Rcx = isRealTime ? frame + UserContextOffset : 0;
        registers.Rsp = frame;
        registers.Rip = (uint)action.Handler;
        registers.Rflags &= ~ClearedFlags;
        ref GuestSegments segments = ref cpu.Segments;
        segments.Cs = SegmentLoads.UserCode32;
        segments.Ds = segments.Es = segments.Ss = SegmentLoads.UserData;
        cpu.ResetExtendedState();
    }

    private static bool TryFindStack(KernelTask task, in KernelSigAction action, out uint top)
    {
        StackT stack = task.Signals.AlternateStack;
        ulong rsp = task.Cpu.Registers.Rsp;
        top = (uint)rsp;
        // sigaltstack(2): a handler that overflows the alternate stack must not continue below it.
        if (SignalFrame.IsOnAlternateStack(stack, rsp))
            return SignalFrame.IsOnAlternateStack(stack, rsp - (ulong)(OldSize + ExtendedState32.Size));
        if ((action.Flags & SigActionFlags.SA_ONSTACK) != 0 && (stack.Flags & SS_DISABLE) == 0 && stack.Size != 0)
            top = (uint)(stack.Sp + stack.Size);
        return true;
    }

    private static bool WriteRealTime(
        KernelTask task, LxTask state, in KernelSigAction action, in SigInfo info, uint address, uint extended)
    {
        Span<byte> frame = stackalloc byte[RealTimeSize];
        frame.Clear();
        var vdso = LxBrand.Of(task).Loader.Vdso32;
        Put(frame, 0, ReturnAddress(task, action, vdso.RealTimeReturnOffset, address + RealTimeCodeOffset));
        Put(frame, 4, (uint)info.Signo);
        Put(frame, 8, address + InfoOffset);
        Put(frame, 12, address + UserContextOffset);
        Put(frame, UserContextOffset, UC_FP_XSTATE);
        StackT stack = task.Signals.AlternateStack;
        Put(frame, StackOffset, (uint)stack.Sp);
        Put(frame, StackOffset + 4, (uint)stack.Flags);
        Put(frame, StackOffset + 8, (uint)stack.Size);
        ulong mask = task.Signals.SavedMask ?? task.Signals.Blocked;
        WriteContext(frame[RealTimeContextOffset..], task.Cpu, state, extended, mask);
        BinaryPrimitives.WriteUInt64LittleEndian(frame[SigmaskOffset..], mask);
        RealTimeCode.CopyTo(frame[RealTimeCodeOffset..]);
        SigInfo.Write(info, GuestAbi.I386, frame[InfoOffset..]);
        return task.Memory.TryCopyOut(new UserAddress(address), frame);
    }

    private static bool WriteOld(KernelTask task, LxTask state, in KernelSigAction action, in SigInfo info, uint address, uint extended)
    {
        Span<byte> frame = stackalloc byte[OldSize];
        frame.Clear();
        var vdso = LxBrand.Of(task).Loader.Vdso32;
        Put(frame, 0, ReturnAddress(task, action, vdso.ReturnOffset, address + OldCodeOffset));
        Put(frame, 4, (uint)info.Signo);
        ulong mask = task.Signals.SavedMask ?? task.Signals.Blocked;
        WriteContext(frame[OldContextOffset..], task.Cpu, state, extended, mask);
        Put(frame, ExtraMaskOffset, (uint)(mask >> 32));
        OldCode.CopyTo(frame[OldCodeOffset..]);
        return task.Memory.TryCopyOut(new UserAddress(address), frame);
    }

    private static uint ReturnAddress(KernelTask task, in KernelSigAction action, int offset, uint code)
    {
        if ((action.Flags & SigActionFlags.SA_RESTORER) != 0)
            return (uint)action.Restorer;
        ulong vdso = task.Memory.Program.Vdso;
        return vdso != 0 ? (uint)(vdso + (ulong)offset) : code;
    }

    private static void WriteContext(Span<byte> to, CpuContext cpu, LxTask state, uint extended, ulong mask)
    {
        GuestSegments s = cpu.Segments;
        GuestRegisters r = cpu.Registers;
        ReadOnlySpan<uint> words =
        [
            s.Gs, s.Fs, s.Es, s.Ds, (uint)r.Rdi, (uint)r.Rsi, (uint)r.Rbp, (uint)r.Rsp, (uint)r.Rbx, (uint)r.Rdx, (uint)r.Rcx, (uint)r.Rax,
            (uint)state.LastFault.TrapNumber, (uint)state.LastFault.ErrorCode, (uint)r.Rip, s.Cs, (uint)r.Rflags, (uint)r.Rsp, s.Ss,
            extended, (uint)mask, (uint)state.LastFault.Cr2,
        ];
        for (int i = 0; i < words.Length; i++)
            Put(to, i * 4, words[i]);
    }

    private static bool Restore(KernelTask task, ReadOnlySpan<byte> from)
    {
        const ushort UserLevel = 3;
        CpuContext cpu = task.Cpu;
        ushort code = (ushort)(Word(from, 60) | UserLevel), stack = (ushort)(Word(from, 72) | UserLevel);
        if (!SegmentLoads.IsCode32(cpu, code) || !SegmentLoads.TryLoad(cpu, 2, stack) || !ExtendedState32.TryRead(task, Word(from, 76)))
            return false;
        ref GuestRegisters r = ref cpu.Registers;
        r.Rdi = Word(from, 16);
        r.Rsi = Word(from, 20);
        r.Rbp = Word(from, 24);
        r.Rsp = Word(from, 28);
        r.Rbx = Word(from, 32);
        r.Rdx = Word(from, 36);
        r.Rcx = Word(from, 40);
        r.Rax = Word(from, 44);
        r.Rip = Word(from, 56);
        r.Rflags = Word(from, 64);
        cpu.Segments.Cs = code;
        // A selector that is none becomes null: arch/x86/kernel/signal_32.c, reload_segments.
        ReadOnlySpan<(int Register, int Offset)> segments = [(5, 0), (4, 4), (0, 8), (3, 12)];
        foreach ((int register, int offset) in segments)
        {
            ushort selector = (ushort)Word(from, offset);
            if (!SegmentLoads.TryLoad(cpu, register, selector <= UserLevel ? selector : (ushort)(selector | UserLevel)))
                _ = SegmentLoads.TryLoad(cpu, register, 0);
        }

        return true;
    }

    private static uint Word(ReadOnlySpan<byte> from, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(from[offset..]);

    private static void Put(Span<byte> to, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(to[offset..], value);
}
