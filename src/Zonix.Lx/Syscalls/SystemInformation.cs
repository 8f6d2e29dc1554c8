using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What the system says about itself. uname(2), sysinfo(2), getrandom(2).</summary>
internal static class SystemInformation
{
    private const int FieldSize = 65;
    private const int FieldCount = 6;
    private const uint GRND_NONBLOCK = 1;
    private const uint GRND_RANDOM = 2;
    private const uint GRND_INSECURE = 4;
    private const uint PER_LINUX32 = 8;
    private const uint PersonalityMask = 0xFF;

    /// <summary>Names the system. uname(2).</summary>
    [Syscall(X64 = 63, I386 = 122, Name = "uname")]
    internal static SysResult Uname(KernelTask task, UserAddress buffer)
    {
        Span<byte> fields = stackalloc byte[FieldSize * FieldCount];
        fields.Clear();
        var is32 = (LxTask.Of(task).Personality & PersonalityMask) == PER_LINUX32;
        var identity = LxBrand.Of(task).IdentityOn(task.Machine);
        var names = LxTask.Of(task).Namespaces.Uts;
        Encoding.UTF8.GetBytes("Linux", fields);
        names.HostName.CopyTo(fields[FieldSize..]);
        Encoding.UTF8.GetBytes(identity.Release, fields[(2 * FieldSize)..]);
        Encoding.UTF8.GetBytes(identity.Version, fields[(3 * FieldSize)..]);
        Encoding.UTF8.GetBytes(is32 ? "i686" : "x86_64", fields[(4 * FieldSize)..]);
        names.DomainName.CopyTo(fields[(5 * FieldSize)..]);
        return task.Memory.CopyOut(buffer, fields) == (nuint)fields.Length ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Memory, load and uptime. sysinfo(2).</summary>
    [Syscall(X64 = 99, Support = Support.Partial, Missing = "shared and buffer memory, swap are 0")]
    internal static SysResult Sysinfo(KernelTask task, UserAddress info)
    {
        const int size = 112;
        const int totalRam = 32;
        const int freeRam = 40;
        const int processes = 80;
        const int unit = 104;
        Span<byte> fields = stackalloc byte[size];
        fields.Clear();
        var (total, free) = task.Memory.Group.TotalAndFree();
        BitConverter.TryWriteBytes(fields, (task.Machine.Clock.MonotonicNs - task.Process.Pids.BootNs) / 1_000_000_000);
        const double loadScale = 65536;
        var (one, five, fifteen) = task.Machine.Scheduler.Load.Read();
        BitConverter.TryWriteBytes(fields[8..], (ulong)(one * loadScale));
        BitConverter.TryWriteBytes(fields[16..], (ulong)(five * loadScale));
        BitConverter.TryWriteBytes(fields[24..], (ulong)(fifteen * loadScale));
        BitConverter.TryWriteBytes(fields[totalRam..], total);
        BitConverter.TryWriteBytes(fields[freeRam..], free);
        BitConverter.TryWriteBytes(fields[processes..], (short)Math.Min(task.Process.Pids.Tasks.Count, short.MaxValue));
        BitConverter.TryWriteBytes(fields[unit..], 1);
        return task.Memory.CopyOut(info, fields) == size ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Random bytes. getrandom(2).</summary>
    [Syscall(X64 = 318, I386 = 355)]
    internal static SysResult Getrandom(KernelTask task, UserAddress buffer, nuint count, uint flags)
    {
        const uint known = GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE;
        if ((flags & ~known) != 0 || (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
        {
            return Errno.EINVAL;
        }

        Span<byte> chunk = stackalloc byte[256];
        var wanted = Math.Min((ulong)count, int.MaxValue);
        for (var done = 0UL; done < wanted;)
        {
            var part = chunk[..(int)Math.Min((ulong)chunk.Length, wanted - done)];
            task.Machine.Random.GetBytes(part);
            var copied = (ulong)task.Memory.CopyOut(buffer + done, part);
            done += copied;
            if (copied < (ulong)part.Length)
            {
                return done == 0 ? Errno.EFAULT : done;
            }
        }

        return wanted;
    }
}
