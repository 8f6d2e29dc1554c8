using System.IO.Compression;
using System.Text;
using Zonix.Lx.Syscalls;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>
/// /proc/config.gz: of the options that Linux can be built with, those that programs ask for before they rely on them. What hangs on a
/// call follows from whether that call is there. proc_config.gz(5).
/// </summary>
internal static class BuildOptions
{
    private const string Present =
        "64BIT X86_64 X86 MMU SMP FUTEX FUTEX_PI POSIX_TIMERS HIGH_RES_TIMERS SHMEM MULTIUSER BINFMT_ELF BINFMT_SCRIPT FILE_LOCKING NET UNIX TTY " +
        "UNIX98_PTYS PROC_FS PROC_SYSCTL SYSCTL PROC_PAGE_MONITOR PROC_CHILDREN PROC_PID_CPUSET SYSFS TMPFS DEVTMPFS OVERLAY_FS PSI TASK_XACCT " +
        "TASK_IO_ACCOUNTING SCHED_INFO CGROUPS CGROUP_SCHED FAIR_GROUP_SCHED CFS_BANDWIDTH CGROUP_PIDS CGROUP_FREEZER CPUSETS MEMCG NAMESPACES " +
        "SECCOMP_FILTER HUGETLBFS CHECKPOINT_RESTORE NUMA IKCONFIG IKCONFIG_PROC";

    private const string Absent =
        "SWAP TRANSPARENT_HUGEPAGE KSM MEMORY_FAILURE MODULES BLK_DEV_LOOP BLK_DEV_RAM INET IPV6 NETFILTER SECURITY AUDIT RT_GROUP_SCHED " +
        "SCHED_AUTOGROUP PREEMPT_RT KALLSYMS CRYPTO DEBUG_FS FTRACE KVM FUSE_FS EXT4_FS XFS_FS BTRFS_FS";

    private static readonly (string Option, string Call)[] s_calls =
    [
        ("SYSVIPC", "semget"), ("POSIX_MQUEUE", "mq_open"), ("EPOLL", "epoll_create1"), ("EVENTFD", "eventfd2"), ("SIGNALFD", "signalfd4"),
        ("TIMERFD", "timerfd_create"), ("AIO", "io_setup"), ("IO_URING", "io_uring_setup"), ("INOTIFY_USER", "inotify_init1"),
        ("FANOTIFY", "fanotify_init"), ("FANOTIFY_ACCESS_PERMISSIONS", "fanotify_init"), ("ADVISE_SYSCALLS", "fadvise64"),
        ("MEMBARRIER", "membarrier"), ("RSEQ", "rseq"), ("KCMP", "kcmp"),
        ("SECCOMP", "seccomp"), ("CROSS_MEMORY_ATTACH", "process_vm_readv"), ("FHANDLE", "name_to_handle_at"), ("USERFAULTFD", "userfaultfd"),
        ("KEYS", "add_key"), ("BPF_SYSCALL", "bpf"), ("PERF_EVENTS", "perf_event_open"), ("BSD_PROCESS_ACCT", "acct"), ("QUOTA", "quotactl"),
        ("KEXEC", "kexec_load"), ("SYSFS_SYSCALL", "sysfs"),
    ];

    private static readonly (string Option, CloneFlags Kind)[] s_namespaces =
    [
        ("UTS_NS", CloneFlags.CLONE_NEWUTS), ("IPC_NS", CloneFlags.CLONE_NEWIPC), ("PID_NS", CloneFlags.CLONE_NEWPID),
        ("USER_NS", CloneFlags.CLONE_NEWUSER), ("NET_NS", CloneFlags.CLONE_NEWNET), ("TIME_NS", CloneFlags.CLONE_NEWTIME),
    ];

    /// <summary>The file, compressed.</summary>
    internal static byte[] Compress()
    {
        var bytes = new MemoryStream();
        using (var packed = new GZipStream(bytes, CompressionLevel.Optimal))
            packed.Write(Encoding.ASCII.GetBytes(Text()));
        return bytes.ToArray();
    }

    private static string Text()
    {
        var calls = new HashSet<string>(StringComparer.Ordinal);
        foreach (DeclaredCall call in SyscallCatalog.X64())
            calls.Add(call.Name);
        var text = new StringBuilder("#\n# Zonix: what there is of the options of Linux\n#\n");
        foreach (string option in Present.Split(' '))
            Add(text, option, true);
        foreach ((string option, string call) in s_calls)
            Add(text, option, calls.Contains(call));
        foreach ((string option, CloneFlags kind) in s_namespaces)
            Add(text, option, (NamespaceSet.NewKinds & kind) != 0);
        foreach (string option in Absent.Split(' '))
            Add(text, option, false);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string option, bool isThere) =>
        text.Append(isThere ? $"CONFIG_{option}=y\n" : $"# CONFIG_{option} is not set\n");
}
