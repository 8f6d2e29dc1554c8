using System.Buffers.Binary;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Lx.Signals;
using Zonix.Machine;

namespace Zonix.Lx.Ptrace;

/// <summary>The registers of a tracee as i386 tracers see them: struct user_regs_struct and struct user of arch/x86/include/asm/user_32.h.</summary>
internal static class TraceeRegisters32
{
    /// <summary>Bytes of struct user_regs_struct.</summary>
    internal const int GeneralSize = 17 * sizeof(uint);

    /// <summary>Bytes of struct user_fpregs_struct: FSAVE's image.</summary>
    internal const int FloatSize = 108;

    private const int UserSize = 284, DebugStart = 252, AccumulatorIndex = 10, OriginalIndex = 15;

    // Where each word lies among those of x86-64: ebx ecx edx esi edi ebp eax ds es fs gs orig_eax eip cs eflags esp ss.
    private static ReadOnlySpan<byte> Places => [5, 11, 12, 13, 14, 4, 10, 23, 24, 25, 26, 15, 16, 17, 18, 19, 20];

    /// <summary>Reads them; false: the task does not stand still.</summary>
    internal static bool TryReadBytes(Tracee tracee, Span<byte> bytes)
    {
        Span<ulong> words = stackalloc ulong[TraceeRegisters.GeneralCount];
        if (!TraceeRegisters.TryRead(tracee, words))
            return false;
        for (int i = 0; i < Places.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * sizeof(uint))..], (uint)words[Places[i]]);
        return true;
    }

    /// <summary>Sets them. ESRCH, EIO.</summary>
    internal static Errno WriteBytes(Tracee tracee, ReadOnlySpan<byte> bytes)
    {
        Span<ulong> words = stackalloc ulong[TraceeRegisters.GeneralCount];
        if (!TraceeRegisters.TryRead(tracee, words))
            return Errno.ESRCH;
        for (int i = 0; i < Places.Length; i++)
            Put(words, Places[i], BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]));
        return TraceeRegisters.Write(tracee, words);
    }

    /// <summary>Answers a request whose layout is i386's; null: it is none of these.</summary>
    internal static SysResult? TryAnswer(KernelTask task, KernelTask target, Tracee tracee, PtraceRequest request, ulong address, UserAddress data)
    {
        switch (request)
        {
            case PtraceRequest.PTRACE_PEEKTEXT or PtraceRequest.PTRACE_PEEKDATA:
                return TraceeMemory.Peek(task, target, address, data, sizeof(uint));
            case PtraceRequest.PTRACE_POKETEXT or PtraceRequest.PTRACE_POKEDATA:
                return TraceeMemory.Poke(target, address, data.Value, sizeof(uint));
            case PtraceRequest.PTRACE_PEEKUSER:
                return PeekUser(task, tracee, address, data);
            case PtraceRequest.PTRACE_POKEUSER:
                return PokeUser(tracee, address, (uint)data.Value);
            case PtraceRequest.PTRACE_GETREGS:
                Span<byte> general = stackalloc byte[GeneralSize];
                return !TryReadBytes(tracee, general) ? Errno.ESRCH : task.Memory.TryCopyOut(data, general) ? SysResult.Success : Errno.EFAULT;
            case PtraceRequest.PTRACE_SETREGS:
                general = stackalloc byte[GeneralSize];
                return task.Memory.TryCopyIn(data, general) ? WriteBytes(tracee, general) : Errno.EFAULT;
            case PtraceRequest.PTRACE_GETFPREGS:
                Span<byte> legacy = stackalloc byte[FloatSize];
                return !TryReadFloat(tracee, legacy) ? Errno.ESRCH : task.Memory.TryCopyOut(data, legacy) ? SysResult.Success : Errno.EFAULT;
            case PtraceRequest.PTRACE_SETFPREGS:
                legacy = stackalloc byte[FloatSize];
                return task.Memory.TryCopyIn(data, legacy) ? WriteFloat(tracee, legacy) : Errno.EFAULT;
            case PtraceRequest.PTRACE_GETFPXREGS:
                return TraceeRegisters.GetFloat(task, tracee, data);
            case PtraceRequest.PTRACE_SETFPXREGS:
                return TraceeRegisters.SetFloat(task, tracee, data);
            case PtraceRequest.PTRACE_ARCH_PRCTL:
                return Errno.EIO;
            default:
                return null;
        }
    }

    /// <summary>The x87 registers in FSAVE's layout; false: the task does not stand still.</summary>
    internal static bool TryReadFloat(Tracee tracee, Span<byte> legacy)
    {
        Span<byte> image = stackalloc byte[CpuContext.ExtendedStateSize];
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return false;
            tracee.Task.Cpu.SaveExtendedState(image);
        }
        Span<byte> frame = stackalloc byte[ExtendedState32.LegacyFrameSize];
        ExtendedState32.ToLegacy(image, frame);
        frame[..FloatSize].CopyTo(legacy);
        return true;
    }

    /// <summary>Sets the x87 registers; vector registers keep what they hold.</summary>
    internal static Errno WriteFloat(Tracee tracee, ReadOnlySpan<byte> legacy)
    {
        Span<byte> image = stackalloc byte[CpuContext.ExtendedStateSize], frame = stackalloc byte[ExtendedState32.LegacyFrameSize];
        frame.Clear();
        legacy.CopyTo(frame);
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            tracee.Task.Cpu.SaveExtendedState(image);
            ExtendedState32.FromLegacy(frame, image);
            return tracee.Task.Cpu.LoadExtendedState(image) ? 0 : Errno.EINVAL;
        }
    }

    private static SysResult PeekUser(KernelTask task, Tracee tracee, ulong offset, UserAddress to)
    {
        if ((offset & 3) != 0 || offset >= UserSize)
            return Errno.EIO;
        Span<ulong> words = stackalloc ulong[TraceeRegisters.GeneralCount];
        if (!TraceeRegisters.TryRead(tracee, words))
            return Errno.ESRCH;
        ulong value = 0;
        if (offset < GeneralSize)
            value = words[Places[(int)(offset / sizeof(uint))]];
        else if (offset >= DebugStart)
            value = LxTracee.Of(tracee).Debug?.Read((int)((offset - DebugStart) / sizeof(uint))) ?? 0;
        return task.Memory.TryWrite(to, (uint)value) ? SysResult.Success : Errno.EFAULT;
    }

    private static SysResult PokeUser(Tracee tracee, ulong offset, uint value)
    {
        if ((offset & 3) != 0 || offset >= UserSize)
            return Errno.EIO;
        if (offset >= DebugStart)
            return TraceeRegisters.WriteDebug(tracee, (int)((offset - DebugStart) / sizeof(uint)), value);
        if (offset >= GeneralSize)
            return Errno.EIO;
        Span<ulong> words = stackalloc ulong[TraceeRegisters.GeneralCount];
        if (!TraceeRegisters.TryRead(tracee, words))
            return Errno.ESRCH;
        Put(words, Places[(int)(offset / sizeof(uint))], value);
        return TraceeRegisters.Write(tracee, words);
    }

    // A call's number and its result are signed.
    private static void Put(Span<ulong> words, int place, uint value) =>
        words[place] = place is AccumulatorIndex or OriginalIndex ? (ulong)(long)(int)value : value;
}
