using System.Globalization;
using Zonix.Host.Machine;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sys: settings, of which those that nothing depends on cannot be changed. proc_sys(5).</summary>
internal static class ProcSys
{
    internal static void Fill(StaticEntries sys, KernelMachine machine, VirtualFileSystem vfs, IpcNamespace ipc, MemoryGroup memory)
    {
        string bootId = NewUuid();
        sys.Directory("kernel", kernel => IpcSettings.Fill(kernel, ipc)
            .Text("ostype", "Linux\n")
            .Text("osrelease", () => machine.Identity.Release + "\n")
            .Text("version", () => machine.Identity.Version + "\n")
            .Text("hostname", () => machine.Identity.HostName + "\n")
            .Text("domainname", () => machine.Identity.DomainName + "\n")
            .Text("arch", "x86_64\n")
            .Text("pid_max", "4194304\n")
            .Text("threads-max", "126000\n")
            .Text("ngroups_max", "65536\n")
            .Text("cap_last_cap", "40\n")
            .Text("overflowuid", "65534\n")
            .Text("overflowgid", "65534\n")
            .Text("randomize_va_space", "2\n")
            .Text("core_pattern", "core\n")
            .Text("core_uses_pid", "0\n")
            .Text("kptr_restrict", "0\n")
            .Text("dmesg_restrict", "1\n")
            .Text("perf_event_paranoid", "4\n")
            .Text("sched_rt_runtime_us", "950000\n")
            .Text("tainted", "0\n")
            .Directory("random", random => random
                .Text("boot_id", bootId)
                .Text("uuid", NewUuid)
                .Text("entropy_avail", "256\n")
                .Text("poolsize", "256\n")));
        sys.Directory("vm", vm => VmSettings.Fill(vm, memory));
        sys.Directory("fs", fs => fs
            .Text("file-max", "9223372036854775807\n")
            .Text("file-nr", "0\t0\t9223372036854775807\n")
            .Text("nr_open", "1048576\n")
            .Setting("pipe-max-size", () => vfs.PipeLimits.MaxSize.ToString("D", CultureInfo.InvariantCulture) + "\n", vfs.PipeLimits.SetMaxSize)
            .Setting(
                "pipe-user-pages-soft",
                () => vfs.PipeLimits.UserPagesSoft.ToString("D", CultureInfo.InvariantCulture) + "\n",
                text => IpcSettings.Number(text, 0, long.MaxValue, value => vfs.PipeLimits.UserPagesSoft = value))
            .Setting(
                "pipe-user-pages-hard",
                () => vfs.PipeLimits.UserPagesHard.ToString("D", CultureInfo.InvariantCulture) + "\n",
                text => IpcSettings.Number(text, 0, long.MaxValue, value => vfs.PipeLimits.UserPagesHard = value))
            .Directory("mqueue", queues => IpcSettings.FillQueues(queues, ipc.PosixQueues))
            .Text("aio-max-nr", "65536\n")
            .Text("protected_hardlinks", "1\n")
            .Text("protected_symlinks", "1\n")
            .Text("suid_dumpable", "0\n")
            .Directory("inotify", inotify => inotify
                .Text("max_user_watches", "65536\n")
                .Text("max_user_instances", "128\n")
                .Text("max_queued_events", "16384\n"))
            .Directory("epoll", epoll => epoll.Text("max_user_watches", "1000000\n")));
        sys.Directory("net", net => net.Directory("core", core => core.Text("somaxconn", "4096\n")));
    }

    private static string NewUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        HostRandom.Fill(bytes);
        return new Guid(bytes).ToString("D", CultureInfo.InvariantCulture) + "\n";
    }
}
