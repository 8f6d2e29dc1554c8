using System.Globalization;
using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/mounts, mountinfo and mountstats. proc_pid_mountinfo(5).</summary>
internal static class MountText
{
    // The mount that a namespace's root is attached to on Linux, and nobody sees.
    private const int HiddenRoot = 1;

    internal static string Mounts(FsContext files)
    {
        var text = new StringBuilder();
        foreach ((Mount mount, string place) in Visible(files))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{Source(mount)} {Escape(place)} {Escape(mount.FileSystem.TypeName)} {(mount.IsReadOnly ? "ro" : "rw")}");
            text.Append(CultureInfo.InvariantCulture, $"{SharedOptions(mount)}{Options(mount)}{mount.FileSystem.Options} 0 0\n");
        }
        return text.ToString();
    }

    internal static string MountInfo(FsContext files)
    {
        var text = new StringBuilder();
        foreach ((Mount mount, string place) in Visible(files))
        {
            int parent = mount.MountPoint.IsNull ? HiddenRoot : mount.MountPoint.Mount.Id;
            ulong device = mount.FileSystem.Device;
            text.Append(CultureInfo.InvariantCulture, $"{mount.Id} {parent} {device >> 32}:{(uint)device} {Escape(RootPath(mount))} {Escape(place)} ");
            text.Append((mount.Flags & MountFlags.MS_RDONLY) != 0 ? "ro" : "rw").Append(Options(mount));
            if (mount.SharedGroup != 0)
                text.Append(CultureInfo.InvariantCulture, $" shared:{mount.SharedGroup}");
            if (mount.MasterGroup != 0)
                AppendMaster(text, mount, files);
            if (mount.IsUnbindable)
                text.Append(" unbindable");
            text.Append(CultureInfo.InvariantCulture,
                $" - {Escape(mount.FileSystem.TypeName)} {Source(mount)} {(mount.Superblock.IsReadOnly ? "ro" : "rw")}");
            text.Append(CultureInfo.InvariantCulture, $"{SharedOptions(mount)}{mount.FileSystem.Options}\n");
        }
        return text.ToString();
    }

    internal static string Statistics(FsContext files)
    {
        var text = new StringBuilder();
        foreach ((Mount mount, string place) in Visible(files))
            text.Append(CultureInfo.InvariantCulture, $"device {Source(mount)} mounted on {Escape(place)} with fstype {Escape(mount.FileSystem.TypeName)}\n");
        return text.ToString();
    }

    /// <summary>The options of a mount itself, each with a leading comma.</summary>
    internal static string Options(Mount mount)
    {
        var text = new StringBuilder();
        Add(MountFlags.MS_NOSUID, ",nosuid");
        Add(MountFlags.MS_NODEV, ",nodev");
        Add(MountFlags.MS_NOEXEC, ",noexec");
        Add(MountFlags.MS_NOATIME, ",noatime");
        Add(MountFlags.MS_NODIRATIME, ",nodiratime");
        Add(MountFlags.MS_RELATIME, ",relatime");
        Add(MountFlags.MS_NOSYMFOLLOW, ",nosymfollow");
        return text.ToString();

        void Add(MountFlags flag, string name)
        {
            if ((mount.Flags & flag) != 0)
                text.Append(name);
        }
    }

    /// <summary>The path, within its file system, of what a mount shows.</summary>
    internal static string RootPath(Mount mount)
    {
        if (mount.Root.IsRoot && mount.Root.Name.Length > 0)
            return Encoding.Latin1.GetString(mount.Root.Name);
        List<string> names = [];
        for (Dentry d = mount.Root; !d.IsRoot; d = d.Parent)
            names.Add(Encoding.Latin1.GetString(d.Name));
        names.Reverse();
        return "/" + string.Join('/', names) + (mount.Root.IsUnlinked ? "//deleted" : "");
    }

    /// <summary>As Linux does: what would end a field is written in octal.</summary>
    internal static string Escape(string path)
    {
        if (path.AsSpan().IndexOfAny(" \t\n\\#") < 0)
            return path;
        return path.Replace("\\", "\\134", StringComparison.Ordinal).Replace(" ", "\\040", StringComparison.Ordinal)
            .Replace("\t", "\\011", StringComparison.Ordinal).Replace("\n", "\\012", StringComparison.Ordinal)
            .Replace("#", "\\043", StringComparison.Ordinal);
    }

    /// <summary>Where a mount is seen from a root; null: it is not. In Latin-1, as all text here, so that every byte comes out as it is.</summary>
    internal static string? Place(Mount mount, VfsPath root)
    {
        var path = new VfsPath(mount, mount.Root);
        byte[] buffer = new byte[PathWalk.PathMax];
        ReadOnlySpan<byte> text = PathText.Write(path, root, buffer, out bool reachable);
        return reachable ? Encoding.Latin1.GetString(text) : null;
    }

    private static List<(Mount Mount, string Place)> Visible(FsContext files)
    {
        VfsPath root = files.Root;
        List<(Mount, string)> all = [];
        foreach (Mount mount in files.Mounts.Snapshot())
        {
            if (Place(mount, root) is { } place)
                all.Add((mount, place));
        }
        return all;
    }

    private static void AppendMaster(StringBuilder text, Mount mount, FsContext files)
    {
        text.Append(CultureInfo.InvariantCulture, $" master:{mount.MasterGroup}");
        int nearest = files.Vfs.Mounts.NearestGroup(mount, files.Root);
        if (nearest != 0 && nearest != mount.MasterGroup)
            text.Append(CultureInfo.InvariantCulture, $" propagate_from:{nearest}");
    }

    private static string Source(Mount mount) => mount.Source.Length == 0 ? "" : Escape(mount.Source);

    private static string SharedOptions(Mount mount)
    {
        MountFlags flags = mount.Superblock.Flags;
        string text = (flags & MountFlags.MS_SYNCHRONOUS) != 0 ? ",sync" : "";
        if ((flags & MountFlags.MS_DIRSYNC) != 0)
            text += ",dirsync";
        if ((flags & MountFlags.MS_MANDLOCK) != 0)
            text += ",mand";
        return (flags & MountFlags.MS_LAZYTIME) != 0 ? text + ",lazytime" : text;
    }
}
