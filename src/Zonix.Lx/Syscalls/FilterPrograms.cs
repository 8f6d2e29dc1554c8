using Zonix.Kernel.Bpf;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Seccomp;

namespace Zonix.Lx.Syscalls;

/// <summary>Programs of classic BPF as calls are given them: struct sock_fprog. seccomp(2), socket(7).</summary>
internal static class FilterPrograms
{
    private const int InstructionSize = 8;

    /// <summary>Reads the instructions. EFAULT, EINVAL.</summary>
    internal static Errno Read(KernelTask task, UserAddress arguments, out BpfInstruction[] instructions)
    {
        instructions = [];
        if (!task.TryRead(arguments, out FilterProgram given))
            return Errno.EFAULT;
        (ushort length, ulong place) = (given.Length, given.Place);
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
