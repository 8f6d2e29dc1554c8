using System.Globalization;
using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/mounts and mountinfo.</summary>
internal static class MountText
{
    internal static string Mounts(KernelTask? task)
    {
        var text = new StringBuilder();
        foreach (Mount mount in Visible(task))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{mount.FileSystem.Source} {Place(task!, mount)} {mount.FileSystem.TypeName} {Options(mount)}{mount.FileSystem.Options} 0 0\n");
        }
        return text.ToString();
    }

    internal static string MountInfo(KernelTask? task)
    {
        var text = new StringBuilder();
        foreach (Mount mount in Visible(task))
        {
            int parent = mount.MountPoint.IsNull ? 1 : mount.MountPoint.Mount.Id;
            ulong device = mount.FileSystem.Device;
            text.Append(CultureInfo.InvariantCulture, $"{mount.Id} {parent} {device >> 32}:{(uint)device} / {Place(task!, mount)} {Options(mount)} - ");
            text.Append(CultureInfo.InvariantCulture,
                $"{mount.FileSystem.TypeName} {mount.FileSystem.Source} {(mount.FileSystem.IsReadOnly ? "ro" : "rw")}{mount.FileSystem.Options}\n");
        }
        return text.ToString();
    }

    /// <summary>proc_pid_mountstats(5): no file system here has statistics of its own.</summary>
    internal static string Statistics(KernelTask? task)
    {
        var text = new StringBuilder();
        foreach (Mount mount in Visible(task))
            text.Append(CultureInfo.InvariantCulture, $"device {mount.FileSystem.Source} mounted on {Place(task!, mount)} with fstype {mount.FileSystem.TypeName}\n");
        return text.ToString();
    }

    private static Mount[] Visible(KernelTask? task) => task?.FileSystem?.Mounts.Snapshot() ?? [];

    private static string Place(KernelTask task, Mount mount) =>
        Escape(PathText.Format(new VfsPath(mount, mount.Root), task.FileSystem.Root));

    private static string Escape(string path) =>
        path.Replace("\\", "\\134", StringComparison.Ordinal).Replace(" ", "\\040", StringComparison.Ordinal)
            .Replace("\t", "\\011", StringComparison.Ordinal).Replace("\n", "\\012", StringComparison.Ordinal);

    private static string Options(Mount mount)
    {
        string text = mount.IsReadOnly ? "ro" : "rw";
        if ((mount.Flags & MountFlags.MS_NOSUID) != 0)
            text += ",nosuid";
        if ((mount.Flags & MountFlags.MS_NODEV) != 0)
            text += ",nodev";
        if ((mount.Flags & MountFlags.MS_NOEXEC) != 0)
            text += ",noexec";
        return text + ",relatime";
    }
}
