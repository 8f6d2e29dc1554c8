using System.Globalization;
using System.Text;
using Zonix.Host.Machine;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sys/kernel. proc_sys_kernel(5).</summary>
internal static class SystemSettings
{
    private const int MaxCorePattern = 127;
    private const string SeccompActions = "kill_process kill_thread trap errno user_notif trace log allow\n";

    internal static void Fill(StaticEntries kernel, KernelMachine machine, PidSpace pids, LxBrand brand)
    {
        KernelSettings settings = brand.Settings;
        IpcNamespace Ipc() => ProcFileSystem.Namespaces(brand).Ipc;
        UtsNamespace Uts() => ProcFileSystem.Namespaces(brand).Uts;
        FillNames(kernel, brand.IdentityOn(machine), Uts);
        FillTasks(kernel, pids, settings);
        FillScheduling(kernel, machine.Scheduler);
        IpcSettings.Fill(kernel, Ipc).Switch("shm_rmid_forced");
        FillPanics(kernel);
        FillRestrictions(kernel);
        string bootId = NewUuid();
        kernel.Directory("random", random => random
            .Text("boot_id", bootId)
            .Text("uuid", NewUuid)
            .Fixed("entropy_avail", 256)
            .Fixed("poolsize", 256)
            .Kept("urandom_min_reseed_secs", 60)
            .Kept("write_wakeup_threshold", 256));
    }

    private static void FillNames(StaticEntries kernel, SystemIdentity identity, Func<UtsNamespace> uts) => kernel
        .Text("arch", "x86_64\n")
        .Fixed("bootloader_type", 0)
        .Fixed("bootloader_version", 0)
        .Fixed("cap_last_cap", 40)
        .Setting("domainname", () => Encoding.UTF8.GetString(uts().DomainName) + "\n", text => SetName(text, name => uts().DomainName = name))
        .Setting("hostname", () => Encoding.UTF8.GetString(uts().HostName) + "\n", text => SetName(text, name => uts().HostName = name))
        .Text("osrelease", () => identity.Release + "\n")
        .Text("ostype", "Linux\n")
        .Text("version", () => identity.Version + "\n");

    private static void FillTasks(StaticEntries kernel, PidSpace pids, KernelSettings settings) => kernel
        .Setting("core_pattern", () => settings.CorePattern + "\n", text =>
        {
            // Longer ones are cut off, as by Linux.
            settings.CorePattern = text[..Math.Min(text.Length, MaxCorePattern)];
            return 0;
        })
        .Kept("core_pipe_limit", 0, 0)
        .Number("core_uses_pid", () => settings.CoreUsesPid ? 1 : 0, 0, int.MaxValue, value => settings.CoreUsesPid = value != 0)
        .Fixed("ngroups_max", 65536)
        .Number("ns_last_pid", () => pids.LastNumber, 0, pids.PidMax, value => pids.LastNumber = (int)value)
        .Kept("overflowgid", 65534, 0, 65535)
        .Kept("overflowuid", 65534, 0, 65535)
        .Number("pid_max", () => pids.PidMax, PidSpace.FirstReused + 1, PidSpace.PidMaxLimit, value => pids.PidMax = (int)value)
        .Refused("randomize_va_space", 2)
        .Kept("threads-max", 126_000, 20)
        .Switch("timer_migration", true);

    /// <summary>The turn of SCHED_RR acts; real-time tasks are not throttled, whatever the other two say. sched(7).</summary>
    private static void FillScheduling(StaticEntries kernel, Scheduler scheduler)
    {
        const long NsPerMillisecond = 1_000_000;
        long period = 1_000_000, runtime = 950_000;
        kernel
            .Number("sched_rr_timeslice_ms", () => scheduler.RoundRobinSliceNs / NsPerMillisecond, int.MinValue, int.MaxValue, value =>
                scheduler.RoundRobinSliceNs = value <= 0 ? Scheduler.DefaultRoundRobinSliceNs : value * NsPerMillisecond)
            .Setting("sched_rt_period_us", () => SettingText.Line(period), text =>
                IpcSettings.Number(text, Math.Max(1, runtime), int.MaxValue, value => period = value))
            .Setting("sched_rt_runtime_us", () => SettingText.Line(runtime), text => IpcSettings.Number(text, -1, period, value => runtime = value));
    }

    private static void FillPanics(StaticEntries kernel) => kernel
        .Switch("ctrl-alt-del")
        .Switch("hung_task_panic")
        .Kept("hung_task_timeout_secs", 120, 0)
        .Kept("hung_task_warnings", 10, -1)
        .Kept("panic", 0)
        .Switch("panic_on_oops")
        .Switch("panic_on_warn")
        .Switch("print-fatal-signals")
        .Vector("printk", 4, 4, 1, 7)
        .Kept("printk_delay", 0, 0, 10_000)
        .Word("printk_devkmsg", "ratelimit")
        .Kept("printk_ratelimit", 5, 0)
        .Kept("printk_ratelimit_burst", 10)
        .Kept("sysrq", 0)
        .Refused("tainted", 0);

    private static void FillRestrictions(StaticEntries kernel) => kernel
        .Switch("dmesg_restrict", true)
        .Kept("io_uring_disabled", 0, 0, 2)
        .Kept("io_uring_group", -1)
        .Kept("kptr_restrict", 0, 0, 2)
        .Kept("perf_event_paranoid", 4, -1, 4)
        .Directory("seccomp", static seccomp => seccomp
            .Text("actions_avail", SeccompActions)
            .Word("actions_logged", SeccompActions.TrimEnd().Replace(" allow", "", StringComparison.Ordinal)))
        .Switch("sysctl_writes_strict", true)
        .Refused("unprivileged_bpf_disabled", 2)
        .Directory("yama", static yama => yama.Refused("ptrace_scope", 0));

    private static Errno SetName(string text, Action<byte[]> set)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        set(bytes[..Math.Min(bytes.Length, UtsNamespace.MaxLength)]);
        return 0;
    }

    private static string NewUuid()
    {
        const int VersionAt = 7, VariantAt = 8;
        Span<byte> bytes = stackalloc byte[16];
        HostRandom.Fill(bytes);

        // Version 4, variant 1, where Guid's mixed byte order has them. RFC 9562.
        bytes[VersionAt] = (byte)((bytes[VersionAt] & 0x0F) | 0x40);
        bytes[VariantAt] = (byte)((bytes[VariantAt] & 0x3F) | 0x80);
        return new Guid(bytes).ToString("D", CultureInfo.InvariantCulture) + "\n";
    }
}
