using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>Capabilities of threads. capabilities(7).</summary>
internal static class Capabilities
{
    private const uint Version1 = 0x1998_0330;
    private const uint Version2 = 0x2007_1026;
    private const uint Version3 = 0x2008_0522;
    private const int CAP_SETPCAP = 8;
    private const int SetsSize = 12;

    /// <summary>Reads the capabilities of a thread. capget(2).</summary>
    [Syscall(X64 = 125, I386 = 184)]
    internal static SysResult Capget(KernelTask task, UserAddress header, UserAddress data)
    {
        var error = ReadHeader(task, header, out var words, out var tid);
        if (error != 0)
        {
            // capget(2): asking with a wrong version and no buffer is how programs learn the right one.
            return error == Errno.EINVAL && data.IsNull ? SysResult.Success : error;
        }

        if (data.IsNull)
        {
            return SysResult.Success;
        }

        if (tid < 0)
        {
            return Errno.EINVAL;
        }

        var target = tid == 0 ? task : task.Process.Pids.Tasks[new Tid(tid)];
        if (target is null)
        {
            return Errno.ESRCH;
        }

        var c = target.Credentials;
        for (var word = 0; word < words; word++)
        {
            var at = data + (ulong)(word * SetsSize);
            var shift = word * 32;
            if (!task.Memory.TryWrite(at, (uint)(c.EffectiveCapabilities >> shift)) ||
                !task.Memory.TryWrite(at + 4, (uint)(c.PermittedCapabilities >> shift)) ||
                !task.Memory.TryWrite(at + 8, (uint)(c.InheritableCapabilities >> shift)))
            {
                return Errno.EFAULT;
            }
        }

        return SysResult.Success;
    }

    /// <summary>Sets the caller's capabilities. capset(2).</summary>
    [Syscall(X64 = 126, I386 = 185)]
    internal static SysResult Capset(KernelTask task, UserAddress header, UserAddress data)
    {
        var error = ReadHeader(task, header, out var words, out var tid);
        if (error != 0)
        {
            return error;
        }

        if (tid != 0 && tid != task.Tid.Value)
        {
            return Errno.EPERM;
        }

        ulong effective = 0, permitted = 0, inheritable = 0;
        for (var word = 0; word < words; word++)
        {
            var at = data + (ulong)(word * SetsSize);
            if (!task.Memory.TryRead(at, out uint e) || !task.Memory.TryRead(at + 4, out uint p) || !task.Memory.TryRead(at + 8, out uint i))
            {
                return Errno.EFAULT;
            }

            effective |= (ulong)e << (word * 32);
            permitted |= (ulong)p << (word * 32);
            inheritable |= (ulong)i << (word * 32);
        }

        return Set(
            task, effective & Credentials.AllCapabilities, permitted & Credentials.AllCapabilities, inheritable & Credentials.AllCapabilities);
    }

    private static SysResult Set(KernelTask task, ulong effective, ulong permitted, ulong inheritable)
    {
        var old = task.Credentials;
        var added = inheritable & ~old.InheritableCapabilities;
        if ((added & ~old.BoundingCapabilities) != 0 || (!old.Has(CAP_SETPCAP) && (added & ~old.PermittedCapabilities) != 0))
        {
            return Errno.EPERM;
        }

        if ((permitted & ~old.PermittedCapabilities) != 0 || (effective & ~permitted) != 0)
        {
            return Errno.EPERM;
        }

        task.Credentials = old with
        {
            EffectiveCapabilities = effective,
            PermittedCapabilities = permitted,
            InheritableCapabilities = inheritable,
            AmbientCapabilities = old.AmbientCapabilities & permitted & inheritable,
        };
        return SysResult.Success;
    }

    private static Errno ReadHeader(KernelTask task, UserAddress header, out int words, out int tid)
    {
        words = 0;
        if (!task.Memory.TryRead(header, out uint version) | !task.Memory.TryRead(header + 4, out tid))
        {
            return Errno.EFAULT;
        }

        switch (version)
        {
            case Version1:
                words = 1;
                return 0;
            case Version2 or Version3:
                words = 2;
                return 0;
            default:
                return task.Memory.TryWrite(header, Version3) ? Errno.EINVAL : Errno.EFAULT;
        }
    }
}
