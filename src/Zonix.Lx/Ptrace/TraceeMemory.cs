using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Ptrace;

/// <summary>Words of a tracee's memory. ptrace(2), PTRACE_PEEKDATA, PTRACE_POKEDATA.</summary>
internal static class TraceeMemory
{
    /// <summary>Reads a word into the tracer's memory.</summary>
    internal static SysResult Peek(KernelTask task, KernelTask target, ulong address, UserAddress to, int size = sizeof(ulong))
    {
        Span<byte> word = stackalloc byte[size];
        if (target.Process.VisitMemory() is not { } visit)
            return Errno.EIO;
        bool isRead = (int)visit.Memory.CopyInForced(new UserAddress(address), word) == word.Length;
        visit.EndVisit();
        return !isRead ? Errno.EIO : task.Memory.CopyOut(to, word) == (nuint)word.Length ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Writes a word, also where the tracee itself may not.</summary>
    internal static SysResult Poke(KernelTask target, ulong address, ulong value, int size = sizeof(ulong))
    {
        if (target.Process.VisitMemory() is not { } visit)
            return Errno.EIO;
        bool isWritten = (int)visit.Memory.CopyOutForced(new UserAddress(address), BitConverter.GetBytes(value).AsSpan(0, size)) == size;
        visit.EndVisit();
        return isWritten ? SysResult.Success : Errno.EIO;
    }
}
