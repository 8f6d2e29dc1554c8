using System.Buffers.Binary;
using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Signals;

/// <summary>Turns faults of guest code into signals with the codes that Linux gives on x86-64. sigaction(2).</summary>
internal static class GuestFaults
{
    private const int PageFaultVector = 14;
    private const ulong EndOfUserSpace = 0x7FFF_FFFF_F000;

    internal static void PageFault(KernelTask task, LxTask state, in GuestExit exit)
    {
        var code = SigCode.SEGV_MAPERR;
        if (exit.BusError ? task.Memory.BringIn(exit.Address) : task.Memory.HandlePageFault(exit.Address, exit.Access, out code))
        {
            return;
        }

        state.LastFault = new FaultRecord(PageFaultVector, ErrorCode(exit, code), exit.Address);
        var info = exit.BusError
            ? SigInfo.FromFault((int)Signal.SIGBUS, SigCode.BUS_ADRERR, exit.Address)
            : SigInfo.FromFault((int)Signal.SIGSEGV, code, exit.Address);
        SignalSending.Force(task, info);
    }

    internal static void Exception(KernelTask task, LxTask state, in GuestExit exit)
    {
        var rip = task.Cpu.Registers.Rip;
        state.LastFault = new FaultRecord((ulong)exit.Vector, exit.ErrorCode, state.LastFault.Cr2);
        SignalSending.Force(task, exit.Vector switch
        {
            0 => SigInfo.FromFault((int)Signal.SIGFPE, SigCode.FPE_INTDIV, rip),
            // Only icebp gets here: the trap flag is never set for guests.
            1 => SigInfo.FromFault((int)Signal.SIGTRAP, SigCode.TRAP_BRKPT, rip),
            3 => SigInfo.FromKernel((int)Signal.SIGTRAP),
            6 => SigInfo.FromFault((int)Signal.SIGILL, SigCode.ILL_ILLOPN, rip),
            12 => SigInfo.FromKernel((int)Signal.SIGBUS),
            16 => SigInfo.FromFault((int)Signal.SIGFPE, FloatCode(X87Exceptions(task)), rip),
            17 => SigInfo.FromFault((int)Signal.SIGBUS, SigCode.BUS_ADRALN, 0),
            19 => SigInfo.FromFault((int)Signal.SIGFPE, FloatCode(SseExceptions(task)), rip),
            _ => SigInfo.FromKernel((int)Signal.SIGSEGV),
        });
    }

    /// <summary>Bits: 0 present (a protection fault), 1 write, 2 user, 4 instruction fetch.</summary>
    private static ulong ErrorCode(in GuestExit exit, int code)
    {
        // Addresses of the kernel look like protection faults, whatever is there: arch/x86/mm/fault.c, set_signal_archinfo.
        var kernel = exit.Address >= EndOfUserSpace ? 1UL : 0;
        // The host's page tables know whether the page was there.
        if (exit.Access != FaultAccess.Execute && exit.ErrorCode != 0)
        {
            return (exit.ErrorCode & 7) | 4 | kernel;
        }

        var error = 4UL | kernel;
        error |= code == SigCode.SEGV_ACCERR ? 1UL : 0;
        error |= exit.Access == FaultAccess.Write ? 2UL : 0;
        error |= exit.Access == FaultAccess.Execute ? 16UL : 0;
        return error;
    }

    private static int X87Exceptions(KernelTask task)
    {
        var image = Image(task);
        var control = BinaryPrimitives.ReadUInt16LittleEndian(image);
        var status = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(2));
        return status & ~control;
    }

    private static int SseExceptions(KernelTask task)
    {
        var mxcsr = BinaryPrimitives.ReadInt32LittleEndian(Image(task).AsSpan(24));
        return ~(mxcsr >> 7) & mxcsr;
    }

    private static byte[] Image(KernelTask task)
    {
        var image = new byte[CpuContext.ExtendedStateSize];
        task.Cpu.SaveExtendedState(image);
        return image;
    }

    /// <summary>The unmasked exceptions in the order in which Linux looks at them.</summary>
    private static int FloatCode(int exceptions) => exceptions switch
    {
        _ when (exceptions & 0x01) != 0 => SigCode.FPE_FLTINV,
        _ when (exceptions & 0x04) != 0 => SigCode.FPE_FLTDIV,
        _ when (exceptions & 0x08) != 0 => SigCode.FPE_FLTOVF,
        _ when (exceptions & 0x12) != 0 => SigCode.FPE_FLTUND,
        _ when (exceptions & 0x20) != 0 => SigCode.FPE_FLTRES,
        _ => 0,
    };
}
