using System.Buffers.Binary;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Lx.Syscalls;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Ptrace;

/// <summary>
/// The registers of a tracee as struct user_regs_struct: arch/x86/include/asm/user_64.h. Each answers ESRCH when the task has come to life
/// meanwhile.
/// </summary>
internal static class TraceeRegisters
{
    /// <summary>Words of struct user_regs_struct.</summary>
    internal const int GeneralCount = 27;

    /// <summary>Its bytes.</summary>
    internal const int GeneralSize = GeneralCount * sizeof(ulong);

    /// <summary>Bytes of struct user_fpregs_struct.</summary>
    internal const int FloatSize = 512;

    private const int OriginalRaxIndex = 15, CodeSegmentIndex = 17, FlagsIndex = 18, StackSegmentIndex = 20;
    private const ulong UserCodeSegment = 0x33, UserStackSegment = 0x2B;
    private const ulong UserSize = 912, DebugStart = 848;
    internal const ulong UserAddressLimit = 0x7FFF_FFFF_F000;

    // CF PF AF ZF SF TF DF OF NT RF AC: what a tracer may set. TF and RF have no effect here.
    private const ulong SettableFlags = 0x50DD5 | (1UL << 14);


    /// <summary>PTRACE_GETREGS.</summary>
    internal static SysResult GetGeneral(KernelTask task, Tracee tracee, UserAddress to)
    {
        Span<byte> bytes = stackalloc byte[GeneralSize];
        if (!TryReadBytes(tracee, bytes))
            return Errno.ESRCH;
        return task.Memory.CopyOut(to, bytes) == (nuint)bytes.Length ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>PTRACE_SETREGS.</summary>
    internal static SysResult SetGeneral(KernelTask task, Tracee tracee, UserAddress from)
    {
        Span<byte> bytes = stackalloc byte[GeneralSize];
        return task.Memory.CopyIn(from, bytes) != (nuint)bytes.Length ? Errno.EFAULT : WriteBytes(tracee, bytes);
    }

    /// <summary>Reads all words; false: the task does not stand still.</summary>
    internal static bool TryRead(Tracee tracee, Span<ulong> words)
    {
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return false;
            Read(tracee.Task, words);
            return true;
        }
    }

    /// <summary>The same as bytes.</summary>
    internal static bool TryReadBytes(Tracee tracee, Span<byte> bytes)
    {
        Span<ulong> words = stackalloc ulong[GeneralCount];
        if (!TryRead(tracee, words))
            return false;
        for (int i = 0; i < GeneralCount; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * sizeof(ulong))..], words[i]);
        return true;
    }

    /// <summary>Sets all words from bytes.</summary>
    internal static Errno WriteBytes(Tracee tracee, ReadOnlySpan<byte> bytes)
    {
        Span<ulong> words = stackalloc ulong[GeneralCount];
        for (int i = 0; i < GeneralCount; i++)
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        return Write(tracee, words);
    }

    /// <summary>Sets all words.</summary>
    internal static Errno Write(Tracee tracee, ReadOnlySpan<ulong> words)
    {
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            CpuContext cpu = tracee.Task.Cpu;
            bool isI386 = cpu.Window.IsI386;
            ulong code = isI386 ? cpu.Segments.Cs : UserCodeSegment;
            if (words[CodeSegmentIndex] != code || words[21] >= UserAddressLimit || words[22] >= UserAddressLimit)
                return Errno.EIO;
            ref GuestRegisters r = ref tracee.Task.Cpu.Registers;
            (r.R15, r.R14, r.R13, r.R12, r.Rbp, r.Rbx) = (words[0], words[1], words[2], words[3], words[4], words[5]);
            (r.R11, r.R10, r.R9, r.R8, r.Rax, r.Rcx) = (words[6], words[7], words[8], words[9], words[10], words[11]);
            (r.Rdx, r.Rsi, r.Rdi, r.Rip, r.Rsp) = (words[12], words[13], words[14], words[16], words[19]);
            r.Rflags = (r.Rflags & ~SettableFlags) | (words[FlagsIndex] & SettableFlags);
            if (!isI386)
                (r.FsBase, r.GsBase) = (words[21], words[22]);
            else if (!TryLoadSegments(cpu, words[StackSegmentIndex..]))
                return Errno.EIO;
            if (isI386)
                Narrow(ref r);
            LxTask state = LxTask.Of(tracee.Task);
            state.OriginalRax = words[OriginalRaxIndex];
            ChooseRestart(state, isI386 ? (ulong)(int)r.Rax : r.Rax);
            return 0;
        }
    }

    /// <summary>PTRACE_PEEKUSER: a word of struct user.</summary>
    internal static SysResult PeekUser(KernelTask task, Tracee tracee, ulong offset, UserAddress to)
    {
        if ((offset & 7) != 0 || offset >= UserSize)
            return Errno.EIO;
        Span<ulong> words = stackalloc ulong[GeneralCount];
        if (!TryRead(tracee, words))
            return Errno.ESRCH;
        ulong value = 0;
        if (offset < GeneralSize)
            value = words[(int)(offset / sizeof(ulong))];
        else if (offset >= DebugStart)
            value = LxTracee.Of(tracee).Debug?.Read((int)((offset - DebugStart) / sizeof(ulong))) ?? 0;
        return task.Memory.TryWrite(to, value) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>PTRACE_POKEUSER.</summary>
    internal static SysResult PokeUser(Tracee tracee, ulong offset, ulong value)
    {
        if ((offset & 7) != 0 || offset >= UserSize)
            return Errno.EIO;
        if (offset >= DebugStart)
            return WriteDebug(tracee, (int)((offset - DebugStart) / sizeof(ulong)), value);

        if (offset >= GeneralSize)
            return Errno.EIO;
        Span<ulong> words = stackalloc ulong[GeneralCount];
        if (!TryRead(tracee, words))
            return Errno.ESRCH;
        words[(int)(offset / sizeof(ulong))] = value;
        return Write(tracee, words);
    }

    /// <summary>Sets a debug register.</summary>
    internal static SysResult WriteDebug(Tracee tracee, int number, ulong value)
    {
        lock (tracee.Gate)
        {
            DebugRegisters debug = LxTracee.Of(tracee).Debug ??= new DebugRegisters();
            return tracee.Stop == TraceStopKind.None ? Errno.ESRCH : debug.Write(number, value);
        }
    }

    /// <summary>PTRACE_GETFPREGS: the image of FXSAVE.</summary>
    internal static SysResult GetFloat(KernelTask task, Tracee tracee, UserAddress to)
    {
        Span<byte> image = stackalloc byte[CpuContext.ExtendedStateSize];
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            tracee.Task.Cpu.SaveExtendedState(image);
        }

        return task.Memory.CopyOut(to, image[..FloatSize]) == FloatSize ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>PTRACE_SETFPREGS: wider vector registers keep what is above.</summary>
    internal static SysResult SetFloat(KernelTask task, Tracee tracee, UserAddress from)
    {
        Span<byte> legacy = stackalloc byte[FloatSize];
        return task.Memory.CopyIn(from, legacy) != FloatSize ? Errno.EFAULT : WriteFloat(tracee, legacy);
    }

    /// <summary>Sets the x87 and SSE registers.</summary>
    internal static Errno WriteFloat(Tracee tracee, ReadOnlySpan<byte> legacy)
    {
        Span<byte> image = stackalloc byte[CpuContext.ExtendedStateSize];
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            tracee.Task.Cpu.SaveExtendedState(image);
            legacy.CopyTo(image);
            return tracee.Task.Cpu.LoadExtendedState(image) ? 0 : Errno.EINVAL;
        }
    }

    /// <summary>PTRACE_ARCH_PRCTL: the bases of FS and GS.</summary>
    internal static SysResult ArchPrctl(KernelTask task, Tracee tracee, ulong code, ulong address)
    {
        ulong value;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            ref GuestRegisters r = ref tracee.Task.Cpu.Registers;
            switch ((ArchPrctlCode)code)
            {
                case ArchPrctlCode.ARCH_SET_FS when address < UserAddressLimit:
                    r.FsBase = address;
                    return SysResult.Success;
                case ArchPrctlCode.ARCH_SET_GS when address < UserAddressLimit:
                    r.GsBase = address;
                    return SysResult.Success;
                case ArchPrctlCode.ARCH_SET_FS or ArchPrctlCode.ARCH_SET_GS:
                    return Errno.EPERM;
                case ArchPrctlCode.ARCH_GET_FS:
                    value = r.FsBase;
                    break;
                case ArchPrctlCode.ARCH_GET_GS:
                    value = r.GsBase;
                    break;
                default:
                    return Errno.EINVAL;
            }
        }

        return task.Memory.TryWrite(new UserAddress(address), value) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Loads SS, DS, ES, FS and GS of an i386 tracee, as far as they change; false: one cannot be loaded.</summary>
    private static bool TryLoadSegments(CpuContext cpu, ReadOnlySpan<ulong> words)
    {
        const int Es = 0, Ss = 2, Ds = 3, Fs = 4, Gs = 5;
        GuestSegments old = cpu.Segments;
        return Load(Ss, old.Ss, words[0]) && Load(Ds, old.Ds, words[3]) && Load(Es, old.Es, words[4]) && Load(Fs, old.Fs, words[5]) &&
            Load(Gs, old.Gs, words[6]);

        bool Load(int register, uint now, ulong wanted) => (ushort)now == (ushort)wanted || SegmentLoads.TryLoad(cpu, register, (ushort)wanted);
    }

    private static void Read(KernelTask target, Span<ulong> words)
    {
        ref GuestRegisters r = ref target.Cpu.Registers;
        GuestSegments s = target.Cpu.Window.IsI386 ? target.Cpu.Segments : new() { Cs = (uint)UserCodeSegment, Ss = (uint)UserStackSegment };
        ReadOnlySpan<ulong> all =
        [
            r.R15, r.R14, r.R13, r.R12, r.Rbp, r.Rbx, r.R11, r.R10, r.R9, r.R8, Accumulator(target), r.Rcx, r.Rdx, r.Rsi, r.Rdi,
            LxTask.Of(target).OriginalRax, r.Rip, s.Cs, r.Rflags, r.Rsp, s.Ss, r.FsBase, r.GsBase, s.Ds, s.Es, s.Fs, s.Gs,
        ];
        all.CopyTo(words);
    }

    /// <summary>RAX as a kernel of 64 bits has it: the error that a call of i386 code ends with is negative in the whole register.</summary>
    internal static ulong Accumulator(KernelTask target)
    {
        const int MaxErrno = 4095;
        const ulong NoCall = ulong.MaxValue;
        ulong value = target.Cpu.Registers.Rax;
        bool isError = target.Cpu.Window.IsI386 && LxTask.Of(target).OriginalRax != NoCall && (int)value is < 0 and >= -MaxErrno;
        return isError ? (ulong)(int)value : value;
    }

    // Registers of i386 code have no upper halves.
    private static void Narrow(ref GuestRegisters r)
    {
        (r.Rax, r.Rcx, r.Rdx, r.Rbx) = ((uint)r.Rax, (uint)r.Rcx, (uint)r.Rdx, (uint)r.Rbx);
        (r.Rsp, r.Rbp, r.Rsi, r.Rdi, r.Rip) = ((uint)r.Rsp, (uint)r.Rbp, (uint)r.Rsi, (uint)r.Rdi, (uint)r.Rip);
    }

    /// <summary>An interrupted call starts again only if number and result still say so: a debugger that calls a function changes them.</summary>
    private static void ChooseRestart(LxTask state, ulong rax)
    {
        bool isRestart = (long)state.OriginalRax >= 0 && -(long)rax is KernelErrno.ERESTARTSYS or KernelErrno.ERESTARTNOINTR
            or KernelErrno.ERESTARTNOHAND or KernelErrno.ERESTART_RESTARTBLOCK;
        if (!state.InCall)
            state.RestartCode = isRestart ? (int)-(long)rax : 0;
    }
}
