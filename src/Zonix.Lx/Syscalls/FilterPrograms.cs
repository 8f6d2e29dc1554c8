using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Programs of classic BPF as calls are given them: struct sock_fprog. seccomp(2), socket(7).</summary>
internal static class FilterPrograms
{
    private const int InstructionSize = 8;

    /// <summary>Reads the instructions. EFAULT, EINVAL.</summary>
    internal static Errno Read(KernelTask task, UserAddress arguments, out BpfInstruction[] instructions)
    {
        instructions = [];
        if (!task.Memory.TryRead(arguments, out ushort length) || !task.Memory.TryRead(arguments + 8, out ulong place))
            return Errno.EFAULT;
        if (length is 0 or > BpfProgram.MaxLength)
            return Errno.EINVAL;
        instructions = new BpfInstruction[length];
        for (int i = 0; i < length; i++)
        {
            if (!task.Memory.TryRead(new UserAddress(place + ((ulong)i * InstructionSize)), out instructions[i]))
                return Errno.EFAULT;
        }
        return 0;
    }
}
