using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Arguments of i386 calls that lie in memory, a word each, since registers were thought to be too few.</summary>
internal static class OldArguments
{
    /// <summary>Reads as many as there is room for; false: EFAULT.</summary>
    internal static bool TryRead(KernelTask task, UserAddress place, Span<uint> arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!task.Memory.TryRead(place + ((ulong)i * sizeof(uint)), out arguments[i]))
                return false;
        }
        return true;
    }
}
