using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Tmpfs;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Loader;

namespace Zonix.Zones.Naming;

/// <summary>
/// Files that the machine makes for a run of a zone and mounts over those of its root: what names are, and the init program. Programs
/// can write to them, and nothing of it reaches the root; the next run finds them as they were made.
/// </summary>
internal sealed class ManagedFiles
{
    /// <summary>Where the init program is, as docker has it.</summary>
    internal const string InitPath = "/sbin/docker-init";

    private const uint ReadMode = FileModeBits.S_IFREG | 0x1A4, ExecuteMode = FileModeBits.S_IFREG | 0x1ED;
    private readonly VirtualFileSystem vfs;
    private readonly TmpFileSystem files;

    internal ManagedFiles(VirtualFileSystem vfs)
    {
        this.vfs = vfs;
        files = new TmpFileSystem(vfs, 0x1ED);
    }

    /// <summary>Makes the files of names, and mounts them.</summary>
    internal Errno ShowNames(MountNamespace mounts, NameRecords names)
    {
        foreach ((string file, string text) in Texts(names))
        {
            if (Show(mounts, file, "/etc/" + file, ReadMode, Encoding.UTF8.GetBytes(text)) is var e and not 0)
                return e;
        }

        return 0;
    }

    /// <summary>
    /// Adds the zone's own name to what the root's /etc/hosts says, where it is not known there: the name is the zone's, the file that of
    /// another machine. A root without the file goes without.
    /// </summary>
    internal void ShowOwnName(MountNamespace mounts, string name)
    {
        const string Path = "/etc/hosts";
        if (Read(mounts, Path) is not { } known)
            return;
        bool isKnown = known.Split('\n').Any(line => line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Skip(1).Contains(name));
        if (!isKnown)
            Show(mounts, "hosts", Path, ReadMode, Encoding.UTF8.GetBytes($"{known.TrimEnd('\n')}\n127.0.1.1\t{name}\n"));
    }

    /// <summary>Makes the init program, and mounts it.</summary>
    internal Errno ShowInit(MountNamespace mounts) => Show(mounts, "init", InitPath, ExecuteMode, InitProgram.Build());

    /// <summary>Writes the files of names anew.</summary>
    internal void Change(NameRecords names)
    {
        foreach ((string file, string text) in Texts(names))
        {
            if (DentryOperations.Find(files.Root, Encoding.ASCII.GetBytes(file), out Dentry? entry) == 0 && entry?.Inode is { } inode)
                Write(inode, Encoding.UTF8.GetBytes(text));
        }
    }

    private static (string File, string Text)[] Texts(NameRecords names) =>
        [("hosts", names.HostsText()), ("hostname", names.HostName + "\n"), ("resolv.conf", names.ResolverText())];

    private Errno Show(MountNamespace mounts, string name, string path, uint mode, byte[] content)
    {
        Errno e = DentryOperations.Create(files.Root, Encoding.ASCII.GetBytes(name), new NewInode(mode, 0, 0), out Dentry? made);
        if (e == 0)
            e = Write(made!.Inode!, content);
        if (e != 0)
            return e;
        e = ZonePlaces.Find(mounts, path, isDirectory: false, out VfsPath place);
        if (e == 0)
            mounts.Attach(files, made!, place, MountFlags.MS_RELATIME);
        return e;
    }

    // What a file of the zone says; null: there is none, or a larger one than names take.
    private static string? Read(MountNamespace mounts, string path)
    {
        const int Most = 1 << 16;
        var walk = new PathWalk(mounts.Root, mounts.Root, Credentials.Root, Encoding.UTF8.GetBytes(path), WalkFlags.Follow);
        bool isFound = walk.Run() == 0;
        VfsPath at = isFound ? walk.At : default;
        walk.Dispose();
        if (!isFound || at.Inode is not IOpenableInode { Access.IsRegular: true } inode || inode.Open(OpenFlags.O_RDONLY, out IFile? file) != 0)
            return null;
        var bytes = new byte[Most];
        var buffer = new UserBuffer(bytes, 0, Most);
        SysResult got = file is IReadable readable ? readable.Read(ref buffer, 0) : Errno.EINVAL;
        file!.Close();
        return got.IsError || got.Value == Most ? null : Encoding.UTF8.GetString(bytes, 0, (int)got.Value);
    }

    private Errno Write(IInode inode, byte[] content)
    {
        inode.SetAttributes(new AttributeChange { Size = 0, Now = vfs.Now });
        Errno e = ((IOpenableInode)inode).Open(OpenFlags.O_WRONLY, out IFile? file);
        if (e != 0)
            return e;
        var buffer = new UserBuffer(content, 0, content.Length);
        long at = 0;
        SysResult n = content.Length == 0 ? SysResult.Success : ((IWritable)file!).Write(ref buffer, ref at);
        file!.Close();
        return n.IsError ? n.Error : 0;
    }
}
