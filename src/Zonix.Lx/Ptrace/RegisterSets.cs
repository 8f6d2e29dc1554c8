using System.Buffers.Binary;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Kernel.Vfs;
using Zonix.Machine;

namespace Zonix.Lx.Ptrace;

/// <summary>Sets of registers by the numbers of ELF notes. ptrace(2), PTRACE_GETREGSET.</summary>
internal static class RegisterSets
{
    private const ulong NT_PRSTATUS = 1, NT_PRFPREG = 2, NT_386_TLS = 0x200, NT_X86_XSTATE = 0x202, NT_PRXFPREG = 0x46e62b7f;
    private const int FeaturesOffset = 464;

    /// <summary>Reads or writes a set, as much of it as there is room for, of which the vector is told.</summary>
    internal static SysResult Transfer(KernelTask task, Tracee tracee, ulong kind, UserAddress vector, bool writes)
    {
        if (!task.TryRead(vector, out IoVector place))
            return Errno.EFAULT;
        bool isI386 = tracee.Task.Cpu.Window.IsI386;
        int size = kind switch
        {
            NT_PRSTATUS => isI386 ? TraceeRegisters32.GeneralSize : TraceeRegisters.GeneralSize,
            NT_PRFPREG => isI386 ? TraceeRegisters32.FloatSize : TraceeRegisters.FloatSize,
            NT_PRXFPREG when isI386 => TraceeRegisters.FloatSize,
            NT_386_TLS when isI386 => TraceeSegments.SetSize,
            NT_X86_XSTATE => CpuContext.ExtendedStateSize,
            _ => 0,
        };
        if (size == 0 || place.Length % (isI386 ? 4u : 8u) != 0)
            return Errno.EINVAL;
        int length = (int)Math.Min(place.Length, (ulong)size);
        Span<byte> set = stackalloc byte[size];
        var at = new UserAddress(place.Base);
        // What is not written keeps its value.
        Errno error = Read(tracee, kind, set);
        if (error == 0 && writes)
            error = task.Memory.CopyIn(at, set[..length]) != (nuint)length ? Errno.EFAULT : Write(tracee, kind, set, length);
        else if (error == 0 && task.Memory.CopyOut(at, set[..length]) != (nuint)length)
            error = Errno.EFAULT;
        return error != 0 ? error : task.TryWrite(vector + IoVector.OffsetOfLength(task.CallAbi), new GuestWord((ulong)length)) ? SysResult.Success : Errno.EFAULT;
    }

    private static Errno Read(Tracee tracee, ulong kind, Span<byte> set)
    {
        bool isI386 = tracee.Task.Cpu.Window.IsI386;
        if (kind == NT_PRSTATUS)
            return (isI386 ? TraceeRegisters32.TryReadBytes(tracee, set) : TraceeRegisters.TryReadBytes(tracee, set)) ? 0 : Errno.ESRCH;
        if (kind == NT_PRFPREG && isI386)
            return TraceeRegisters32.TryReadFloat(tracee, set) ? 0 : Errno.ESRCH;
        if (kind == NT_386_TLS)
            return TraceeSegments.TryRead(tracee, set) ? 0 : Errno.ESRCH;
        Span<byte> image = stackalloc byte[CpuContext.ExtendedStateSize];
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            tracee.Task.Cpu.SaveExtendedState(image);
        }

        if (kind == NT_X86_XSTATE)
            BinaryPrimitives.WriteUInt64LittleEndian(image[FeaturesOffset..], CpuContext.ExtendedFeatures);
        image[..set.Length].CopyTo(set);
        return 0;
    }

    private static Errno Write(Tracee tracee, ulong kind, Span<byte> set, int length)
    {
        bool isI386 = tracee.Task.Cpu.Window.IsI386;
        if (kind == NT_PRSTATUS)
            return isI386 ? TraceeRegisters32.WriteBytes(tracee, set) : TraceeRegisters.WriteBytes(tracee, set);
        if (kind == NT_PRFPREG && isI386)
            return TraceeRegisters32.WriteFloat(tracee, set);
        if (kind == NT_386_TLS)
            return TraceeSegments.Write(tracee, set[..length]);
        if (kind is NT_PRFPREG or NT_PRXFPREG)
            return TraceeRegisters.WriteFloat(tracee, set);
        if (length != set.Length)
            return Errno.EFAULT;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            return tracee.Task.Cpu.LoadExtendedState(set) ? 0 : Errno.EINVAL;
        }
    }
}
