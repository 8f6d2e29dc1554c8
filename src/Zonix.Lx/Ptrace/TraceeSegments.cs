using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tracing;
using Zonix.Lx.Syscalls;
using Zonix.Machine;

namespace Zonix.Lx.Ptrace;

/// <summary>The segments of a tracee, which debuggers find its thread-local variables by. ptrace(2), PTRACE_GET_THREAD_AREA; NT_386_TLS.</summary>
internal static class TraceeSegments
{
    private const int EntrySize = 16;

    /// <summary>Bytes of the set NT_386_TLS: a struct user_desc for each entry.</summary>
    internal const int SetSize = SegmentLoads.ThreadEntries * EntrySize;

    /// <summary>Reads or sets the entry that the address numbers. EIO, EINVAL, EFAULT, ESRCH.</summary>
    internal static SysResult Transfer(KernelTask task, Tracee tracee, ulong address, UserPointer<UserDescriptor> descriptor, bool writes)
    {
        int entry = (int)address;
        if (entry < 0)
            return Errno.EIO;
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            CpuContext cpu = tracee.Task.Cpu;
            if (!writes)
                return SegmentCalls.Tell(task.Memory, cpu, descriptor, (uint)entry);
            SysResult result = SegmentCalls.Set(task.Memory, cpu, descriptor, (uint)entry, mayChoose: false);
            if (!result.IsError)
                SegmentLoads.Reload(cpu);
            return result;
        }
    }

    /// <summary>Reads all of them; false: the task does not stand still.</summary>
    internal static bool TryRead(Tracee tracee, Span<byte> set)
    {
        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return false;
            for (int i = 0; i < SegmentLoads.ThreadEntries; i++)
                SegmentCalls.ToUser((uint)(SegmentLoads.FirstThreadEntry + i), tracee.Task.Cpu.ThreadSegments[i]).Write(set.Slice(i * EntrySize, EntrySize));
            return true;
        }
    }

    /// <summary>Sets the first of them, as many as are given. EINVAL, and nothing has changed; ESRCH.</summary>
    internal static Errno Write(Tracee tracee, ReadOnlySpan<byte> set)
    {
        Span<SegmentDescriptor> segments = stackalloc SegmentDescriptor[SegmentLoads.ThreadEntries];
        int count = set.Length / EntrySize;
        if (set.Length % EntrySize != 0)
            return Errno.EINVAL;
        for (int i = 0; i < count; i++)
        {
            UserDescriptor info = UserDescriptor.Read(set.Slice(i * EntrySize, EntrySize));
            if (!SegmentCalls.TryMake(info, out segments[i]))
                return Errno.EINVAL;
        }

        lock (tracee.Gate)
        {
            if (tracee.Stop == TraceStopKind.None)
                return Errno.ESRCH;
            segments[..count].CopyTo(tracee.Task.Cpu.ThreadSegments);
            SegmentLoads.Reload(tracee.Task.Cpu);
            return 0;
        }
    }
}
