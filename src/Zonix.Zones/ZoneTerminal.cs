using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Devpts;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tty;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones;

/// <summary>A zone's console: the first pty of its devpts, also known as /dev/console. Whoever has its master is at the terminal.</summary>
public sealed class ZoneTerminal : IDisposable
{
    private ZoneTerminal(PtyMasterFile master) => Master = master;

    /// <summary>The other end of the line.</summary>
    public PtyMasterFile Master { get; }

    /// <summary>Makes it, in an instance of devpts that has no ptys yet, and shows it as the zone's /dev/console.</summary>
    internal static ZoneTerminal? Create(DevptsFileSystem devpts, MountNamespace mounts)
    {
        if (devpts.OpenMaster(out PtyMasterFile? master) != 0)
            return null;
        master!.Pty.Unlock();
        ShowAsConsole(mounts, master.Pty);
        return new ZoneTerminal(master);
    }

    /// <summary>Device numbers are the machine's, a console is a zone's: the pty's node is mounted over that of the console.</summary>
    internal static void ShowAsConsole(MountNamespace mounts, Pty pty)
    {
        byte[] node = Encoding.ASCII.GetBytes($"/dev/pts/{pty.Index}");
        if (Find(mounts, node, out VfsPath slave) == 0 && Find(mounts, "/dev/console"u8, out VfsPath console) == 0)
            mounts.Show(slave, console);
    }

    private static Errno Find(MountNamespace mounts, ReadOnlySpan<byte> path, out VfsPath found)
    {
        var walk = new PathWalk(mounts.Root, mounts.Root, Credentials.Root, path, WalkFlags.Follow);
        Errno e = walk.Run();
        found = walk.At;
        walk.Dispose();
        return e;
    }

    /// <summary>Makes it the controlling terminal and descriptors 0, 1 and 2 of the zone's first process.</summary>
    /// <param name="task">The process's task.</param>
    /// <param name="node">Its node, /dev/pts/0.</param>
    internal Errno Install(KernelTask task, VfsPath node) => Install(task, Master.Pty, node);

    /// <summary>Makes any pty the controlling terminal and descriptors 0, 1 and 2 of a new process.</summary>
    internal static Errno Install(KernelTask task, Pty pty, VfsPath node)
    {
        const OpenFlags Flags = OpenFlags.O_RDWR | OpenFlags.O_NOCTTY;
        Errno e = pty.Open(node.Inode, Flags, out IFile? file);
        if (e != 0)
            return e;
        var description = new OpenFileDescription(file!, node, OpenFlags.O_RDWR | OpenFlags.O_LARGEFILE);
        task.Files.Set(new Fd(0), description, cloexec: false);
        task.Files.Set(new Fd(1), description.AddReference(), cloexec: false);
        task.Files.Set(new Fd(2), description.AddReference(), cloexec: false);
        return pty.Control.Acquire(task, readable: true, steal: false);
    }

    /// <summary>Hangs up.</summary>
    public void Dispose() => Master.Close();
}
