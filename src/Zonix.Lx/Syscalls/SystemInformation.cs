using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>What the system says about itself. sysinfo(2), getrandom(2).</summary>
internal static class SystemInformation
{
    private const uint GRND_NONBLOCK = 1;
    private const uint GRND_RANDOM = 2;
    private const uint GRND_INSECURE = 4;

    /// <summary>Memory, load and uptime. sysinfo(2).</summary>
    [Syscall(X64 = 99, I386 = 116, Support = Support.Partial, Missing = "shared and buffer memory, swap are 0")]
    internal static SysResult Sysinfo(KernelTask task, UserPointer<Sysinfo> info)
    {
        const double loadScale = 65536;
        var (total, free) = task.Memory.Group.TotalAndFree();
        var (one, five, fifteen) = task.Machine.Scheduler.Load.Read();
        var told = new Sysinfo
        {
            Uptime = (task.Machine.Clock.MonotonicNs - task.Process.Pids.BootNs) / 1_000_000_000,
            LoadOne = (ulong)(one * loadScale),
            LoadFive = (ulong)(five * loadScale),
            LoadFifteen = (ulong)(fifteen * loadScale),
            TotalRam = total,
            FreeRam = free,
            Processes = (ushort)Math.Min(task.Process.Pids.Tasks.Count, short.MaxValue),
            Unit = 1,
        };
        // What does not fit into 32 bits is told in pages.
        for (; task.CallAbi != GuestAbi.X64 && told.TotalRam > uint.MaxValue; told.Unit <<= 1)
        {
            told.TotalRam >>= 1;
            told.FreeRam >>= 1;
        }

        return task.TryWrite(info, told) ? SysResult.Success : Errno.EFAULT;
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
