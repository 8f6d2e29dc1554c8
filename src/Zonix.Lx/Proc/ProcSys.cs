using System.Globalization;
using System.Text;
using Zonix.Host.Machine;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sys: settings, of which those that nothing depends on cannot be changed. proc_sys(5).</summary>
internal static class ProcSys
{
    private const int MaxCorePattern = 127;
    private const int LeastOpenFiles = 64;

    internal static void Fill(StaticEntries sys, KernelMachine machine, VirtualFileSystem vfs, PidSpace pids, LxBrand brand)
    {
        KernelSettings settings = brand.Settings;
        IpcNamespace Ipc() => ProcFileSystem.Namespaces(brand).Ipc;
        UtsNamespace Uts() => ProcFileSystem.Namespaces(brand).Uts;
        string bootId = NewUuid();
        sys.Directory("kernel", kernel => IpcSettings.Fill(kernel, Ipc)
            .Text("ostype", "Linux\n")
            .Text("osrelease", () => machine.Identity.Release + "\n")
            .Text("version", () => machine.Identity.Version + "\n")
            .Setting("hostname", () => Encoding.UTF8.GetString(Uts().HostName) + "\n", text => SetName(text, name => Uts().HostName = name))
            .Setting("domainname", () => Encoding.UTF8.GetString(Uts().DomainName) + "\n", text => SetName(text, name => Uts().DomainName = name))
            .Text("arch", "x86_64\n")
            .Setting("pid_max", () => Line(pids.PidMax), text =>
                IpcSettings.Number(text, PidSpace.FirstReused + 1, PidSpace.PidMaxLimit, value => pids.PidMax = (int)value))
            .Setting("ns_last_pid", () => Line(pids.LastNumber), text =>
                IpcSettings.Number(text, 0, pids.PidMax, value => pids.LastNumber = (int)value))
            .Text("threads-max", "126000\n")
            .Text("ngroups_max", "65536\n")
            .Text("cap_last_cap", "40\n")
            .Text("overflowuid", "65534\n")
            .Text("overflowgid", "65534\n")
            .Text("randomize_va_space", "2\n")
            .Setting("core_pattern", () => settings.CorePattern + "\n", text =>
            {
                // Longer ones are cut off, as by Linux.
                settings.CorePattern = text[..Math.Min(text.Length, MaxCorePattern)];
                return 0;
            })
            .Setting("core_uses_pid", () => Line(settings.CoreUsesPid ? 1 : 0), text =>
                IpcSettings.Number(text, 0, int.MaxValue, value => settings.CoreUsesPid = value != 0))
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
        sys.Directory("vm", vm => VmSettings.Fill(vm, brand.Memory));
        sys.Directory("fs", fs => fs
            .Text("file-max", "9223372036854775807\n")
            .Text("file-nr", "0\t0\t9223372036854775807\n")
            .Setting("nr_open", () => Line(settings.MaxOpenFiles), text =>
                IpcSettings.Number(text, LeastOpenFiles, int.MaxValue & ~(LeastOpenFiles - 1), value => settings.MaxOpenFiles = (int)value))
            .Setting("pipe-max-size", () => vfs.PipeLimits.MaxSize.ToString("D", CultureInfo.InvariantCulture) + "\n", vfs.PipeLimits.SetMaxSize)
            .Setting(
                "pipe-user-pages-soft",
                () => vfs.PipeLimits.UserPagesSoft.ToString("D", CultureInfo.InvariantCulture) + "\n",
                text => IpcSettings.Number(text, 0, long.MaxValue, value => vfs.PipeLimits.UserPagesSoft = value))
            .Setting(
                "pipe-user-pages-hard",
                () => vfs.PipeLimits.UserPagesHard.ToString("D", CultureInfo.InvariantCulture) + "\n",
                text => IpcSettings.Number(text, 0, long.MaxValue, value => vfs.PipeLimits.UserPagesHard = value))
            .Directory("mqueue", queues => IpcSettings.FillQueues(queues, () => Ipc().PosixQueues))
            .Text("aio-max-nr", "65536\n")
            .Text("protected_hardlinks", "1\n")
            .Text("protected_symlinks", "1\n")
            .Setting("suid_dumpable", () => Line(settings.SuidDumpable), text =>
                IpcSettings.Number(text, 0, 2, value => settings.SuidDumpable = (int)value))
            .Directory("inotify", inotify => WatchSettings.FillInotify(inotify, vfs.Watching.InotifyLimits))
            .Directory("fanotify", fanotify => WatchSettings.FillFanotify(fanotify, vfs.Watching.FanotifyLimits))
            .Directory("epoll", epoll => epoll.Text("max_user_watches", "1000000\n")));
        sys.Directory("net", net => net.Directory("core", core => core.Text("somaxconn", "4096\n")));
    }

    private static Errno SetName(string text, Action<byte[]> set)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        set(bytes[..Math.Min(bytes.Length, UtsNamespace.MaxLength)]);
        return 0;
    }

    private static string Line(long value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";

    private static string NewUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        HostRandom.Fill(bytes);
        return new Guid(bytes).ToString("D", CultureInfo.InvariantCulture) + "\n";
    }
}
