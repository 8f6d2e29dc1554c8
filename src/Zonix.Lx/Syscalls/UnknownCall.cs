using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What a call that does not exist here answers: ENOSYS; and it is counted. syscall(2).</summary>
internal static class UnknownCall
{
    internal static SysResult X64(KernelTask task, uint number)
    {
        task.Machine.MissingCalls.Count(NameX64(number));
        return Errno.ENOSYS;
    }

    internal static SysResult I386(KernelTask task, uint number)
    {
        task.Machine.MissingCalls.Count(NameI386(number) + " (i386)");
        return Errno.ENOSYS;
    }

    internal static string NameX64(uint number) => CallNamesX64.Of(number) ?? $"syscall_0x{number:x}";

    internal static string NameI386(uint number) => CallNamesI386.Of(number) ?? $"syscall_0x{number:x}";
}
