using System.Globalization;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sys/fs. proc_sys_fs(5).</summary>
internal static class FileSettings
{
    private const int LeastOpenFiles = 64;

    internal static void Fill(StaticEntries fs, VirtualFileSystem vfs, PidSpace pids, LxBrand brand)
    {
        KernelSettings settings = brand.Settings;
        IpcNamespace Ipc() => ProcFileSystem.Namespaces(brand).Ipc;
        long maxFiles = long.MaxValue;
        fs
            .Text("aio-nr", () => settings.AioLimits.Held.ToString(CultureInfo.InvariantCulture) + "\n")
            .Number("aio-max-nr", () => settings.AioLimits.Maximum, 0, uint.MaxValue, value => settings.AioLimits.Maximum = value)
            .Text("dentry-state", "0\t0\t45\t0\t0\t0\n")
            .Number("dir-notify-enable", () => vfs.Notices.AreEnabled ? 1 : 0, 0, 1, value => vfs.Notices.AreEnabled = value != 0)
            .Directory("epoll", static epoll => epoll.Kept("max_user_watches", 1_000_000, 0))
            .Number("file-max", () => maxFiles, 0, long.MaxValue, value => maxFiles = value)
            .Text("file-nr", () => string.Create(CultureInfo.InvariantCulture, $"{CountOpen(pids)}\t0\t{maxFiles}\n"))
            .Text("inode-nr", "0\t0\n")
            .Text("inode-state", "0\t0\t0\t0\t0\t0\t0\n")
            .Directory("fanotify", fanotify => WatchSettings.FillFanotify(fanotify, vfs.Watching.FanotifyLimits))
            .Directory("inotify", inotify => WatchSettings.FillInotify(inotify, vfs.Watching.InotifyLimits))
            .Number("lease-break-time", () => vfs.Locks.Leases.BreakTime, 0, int.MaxValue, value => vfs.Locks.Leases.BreakTime = (int)value)
            .Number("leases-enable", () => vfs.Locks.Leases.AreEnabled ? 1 : 0, 0, 1, value => vfs.Locks.Leases.AreEnabled = value != 0)
            .Kept("mount-max", 100_000, 0)
            .Directory("mqueue", queues => IpcSettings.FillQueues(queues, () => Ipc().PosixQueues))
            .Number("nr_open", () => settings.MaxOpenFiles, LeastOpenFiles, int.MaxValue & ~(LeastOpenFiles - 1), value => settings.MaxOpenFiles = (int)value)
            .Refused("overflowgid", 65534)
            .Refused("overflowuid", 65534)
            .Setting("pipe-max-size", () => SettingText.Line(vfs.PipeLimits.MaxSize), vfs.PipeLimits.SetMaxSize)
            .Number("pipe-user-pages-hard", () => vfs.PipeLimits.UserPagesHard, 0, long.MaxValue, value => vfs.PipeLimits.UserPagesHard = value)
            .Number("pipe-user-pages-soft", () => vfs.PipeLimits.UserPagesSoft, 0, long.MaxValue, value => vfs.PipeLimits.UserPagesSoft = value)
            .Refused("protected_fifos", 0)
            .Refused("protected_hardlinks", 1)
            .Refused("protected_regular", 0)
            .Refused("protected_symlinks", 1)
            .Number("suid_dumpable", () => settings.SuidDumpable, 0, 2, value => settings.SuidDumpable = (int)value);
    }

    /// <summary>How many open file descriptions the zone's processes have.</summary>
    private static int CountOpen(PidSpace pids)
    {
        var files = new HashSet<OpenFileDescription>(ReferenceEqualityComparer.Instance);
        var tables = new HashSet<FileTable>(ReferenceEqualityComparer.Instance);
        foreach (KernelTask task in pids.Tasks.Snapshot())
        {
            if (task.Files is not { } table || !tables.Add(table))
                continue;
            for (int fd = 0; fd < table.Capacity; fd++)
            {
                if (table[new Fd(fd)] is { } file)
                    files.Add(file);
            }
        }
        return files.Count;
    }
}
