using Zonix.Kernel;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>prctl(2), PR_SET_MM: where /proc is told that the parts of the program lie. Programs that rename themselves move their arguments.</summary>
internal static class ProgramPlaces
{
    private const int CAP_SYS_RESOURCE = 24;

    private enum Place : ulong
    {
        PR_SET_MM_START_CODE = 1,
        PR_SET_MM_END_CODE = 2,
        PR_SET_MM_START_DATA = 3,
        PR_SET_MM_END_DATA = 4,
        PR_SET_MM_START_STACK = 5,
        PR_SET_MM_ARG_START = 8,
        PR_SET_MM_ARG_END = 9,
        PR_SET_MM_ENV_START = 10,
        PR_SET_MM_ENV_END = 11,
    }

    /// <summary>Moves one of them. EPERM, EINVAL.</summary>
    internal static SysResult Set(KernelTask task, ulong which, ulong address, ulong arg4, ulong arg5)
    {
        if ((arg4 | arg5) != 0)
            return Errno.EINVAL;
        if (!task.Credentials.Has(CAP_SYS_RESOURCE))
            return Errno.EPERM;
        // The place must exist: a byte that can be read there.
        Span<byte> one = stackalloc byte[1];
        if (address < AddressLayout.MinimumAddress || task.Memory.CopyIn(new UserAddress(address), one) != 1)
            return Errno.EINVAL;
        ProgramAreas areas = task.Memory.Program;
        switch ((Place)which)
        {
            case Place.PR_SET_MM_START_CODE:
                areas.StartCode = address;
                break;
            case Place.PR_SET_MM_END_CODE:
                areas.EndCode = address;
                break;
            case Place.PR_SET_MM_START_DATA:
                areas.StartData = address;
                break;
            case Place.PR_SET_MM_END_DATA:
                areas.EndData = address;
                break;
            case Place.PR_SET_MM_START_STACK:
                areas.StartStack = address;
                break;
            case Place.PR_SET_MM_ARG_START:
                areas.ArgumentsStart = address;
                break;
            case Place.PR_SET_MM_ARG_END:
                areas.ArgumentsEnd = address;
                break;
            case Place.PR_SET_MM_ENV_START:
                areas.EnvironmentStart = address;
                break;
            case Place.PR_SET_MM_ENV_END:
                areas.EnvironmentEnd = address;
                break;
            default:
                return Errno.EINVAL;
        }

        return SysResult.Success;
    }
}
