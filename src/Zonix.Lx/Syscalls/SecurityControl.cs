using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The options of prctl(2) that concern privileges. capabilities(7).</summary>
internal static class SecurityControl
{
    private const int CAP_SETPCAP = 8;
    private const ulong LastCapability = 40;
    private const ulong PR_CAP_AMBIENT_IS_SET = 1, PR_CAP_AMBIENT_RAISE = 2, PR_CAP_AMBIENT_LOWER = 3, PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private const ulong PR_SPEC_L1D_FLUSH = 2;
    private const int PR_SPEC_ENABLE = 2;

    private const SecureBits AllBits = SecureBits.SECBIT_NOROOT | SecureBits.SECBIT_NO_SETUID_FIXUP |
        SecureBits.SECBIT_KEEP_CAPS | SecureBits.SECBIT_NO_CAP_AMBIENT_RAISE;

    // The lock of a bit is the bit above it.
    private const SecureBits AllLocks = (SecureBits)((uint)AllBits << 1);

    /// <summary>The answer to an option; null for one that is not about privileges.</summary>
    internal static SysResult? Find(KernelTask task, PrctlOption option, ulong arg2, ulong arg3, ulong arg4, ulong arg5)
    {
        Credentials who = task.Credentials;
        switch (option)
        {
            case PrctlOption.PR_GET_KEEPCAPS:
                return who.Has(SecureBits.SECBIT_KEEP_CAPS) ? 1 : 0;
            case PrctlOption.PR_SET_KEEPCAPS:
                return SetKeepCapabilities(task, arg2);
            case PrctlOption.PR_GET_SECUREBITS:
                return (long)who.SecureBits;
            case PrctlOption.PR_SET_SECUREBITS:
                return SetSecureBits(task, arg2);
            case PrctlOption.PR_CAPBSET_READ:
                return arg2 > LastCapability ? Errno.EINVAL : IsIn(who.BoundingCapabilities, arg2);
            case PrctlOption.PR_CAPBSET_DROP:
                if (!who.Has(CAP_SETPCAP))
                    return Errno.EPERM;
                if (arg2 > LastCapability)
                    return Errno.EINVAL;
                task.Credentials = who with { BoundingCapabilities = who.BoundingCapabilities & ~Bit(arg2) };
                return SysResult.Success;
            case PrctlOption.PR_CAP_AMBIENT:
                return Ambient(task, arg2, arg3, (arg4 | arg5) != 0);
            case PrctlOption.PR_SET_NO_NEW_PRIVS:
                if (arg2 != 1 || (arg3 | arg4 | arg5) != 0)
                    return Errno.EINVAL;
                task.Credentials = who with { NoNewPrivileges = true };
                return SysResult.Success;
            case PrctlOption.PR_GET_NO_NEW_PRIVS:
                return (arg2 | arg3 | arg4 | arg5) != 0 ? Errno.EINVAL : who.NoNewPrivileges ? 1 : 0;
            case PrctlOption.PR_GET_SECCOMP:
                return LxTask.Of(task).Seccomp?.Mode ?? 0;
            case PrctlOption.PR_SET_SECCOMP:
                return SeccompCalls.SetMode(task, arg2, new UserAddress(arg3));
            case PrctlOption.PR_GET_SPECULATION_CTRL:
                // Speculation is as the host has it, and nobody here can change that.
                return (arg3 | arg4 | arg5) != 0 ? Errno.EINVAL : arg2 > PR_SPEC_L1D_FLUSH ? Errno.ENODEV : PR_SPEC_ENABLE;
            case PrctlOption.PR_SET_SPECULATION_CTRL:
                return (arg4 | arg5) != 0 ? Errno.EINVAL : arg2 > PR_SPEC_L1D_FLUSH ? Errno.ENODEV : Errno.ENXIO;
            default:
                return null;
        }
    }

    private static SysResult SetKeepCapabilities(KernelTask task, ulong wanted)
    {
        Credentials old = task.Credentials;
        if (wanted > 1)
            return Errno.EINVAL;
        if (old.Has(SecureBits.SECBIT_KEEP_CAPS_LOCKED))
            return Errno.EPERM;
        SecureBits bits = old.SecureBits & ~SecureBits.SECBIT_KEEP_CAPS;
        task.Credentials = old with { SecureBits = wanted == 1 ? bits | SecureBits.SECBIT_KEEP_CAPS : bits };
        return SysResult.Success;
    }

    private static SysResult SetSecureBits(KernelTask task, ulong wanted)
    {
        Credentials old = task.Credentials;
        SecureBits bits = (SecureBits)wanted, locks = old.SecureBits & AllLocks;
        bool isUnknown = (wanted & ~(ulong)(AllBits | AllLocks)) != 0;
        bool changesLocked = ((SecureBits)((uint)locks >> 1) & (old.SecureBits ^ bits)) != 0 || (locks & ~bits) != 0;
        if (isUnknown || changesLocked || !old.Has(CAP_SETPCAP))
            return Errno.EPERM;
        task.Credentials = old with { SecureBits = bits };
        return SysResult.Success;
    }

    private static SysResult Ambient(KernelTask task, ulong action, ulong capability, bool hasMore)
    {
        Credentials old = task.Credentials;
        if (action == PR_CAP_AMBIENT_CLEAR_ALL)
        {
            if (capability != 0 || hasMore)
                return Errno.EINVAL;
            task.Credentials = old with { AmbientCapabilities = 0 };
            return SysResult.Success;
        }

        if (capability > LastCapability || hasMore)
            return Errno.EINVAL;
        switch (action)
        {
            case PR_CAP_AMBIENT_IS_SET:
                return IsIn(old.AmbientCapabilities, capability);
            case PR_CAP_AMBIENT_RAISE:
                if ((old.PermittedCapabilities & old.InheritableCapabilities & Bit(capability)) == 0 ||
                    old.Has(SecureBits.SECBIT_NO_CAP_AMBIENT_RAISE))
                    return Errno.EPERM;
                task.Credentials = old with { AmbientCapabilities = old.AmbientCapabilities | Bit(capability) };
                return SysResult.Success;
            case PR_CAP_AMBIENT_LOWER:
                task.Credentials = old with { AmbientCapabilities = old.AmbientCapabilities & ~Bit(capability) };
                return SysResult.Success;
            default:
                return Errno.EINVAL;
        }
    }

    private static ulong Bit(ulong capability) => 1UL << (int)capability;

    private static SysResult IsIn(ulong set, ulong capability) => (set & Bit(capability)) != 0 ? 1 : 0;
}
