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

    /// <summary>Makes it, in an instance of devpts that has no ptys yet.</summary>
    internal static ZoneTerminal? Create(DevptsFileSystem devpts, VirtualFileSystem vfs)
    {
        if (devpts.OpenMaster(out PtyMasterFile? master) != 0)
            return null;
        master!.Pty.Unlock();
        vfs.Devices.Add(HostConsole.DeviceNumber, master.Pty);
        return new ZoneTerminal(master);
    }

    /// <summary>Makes it the controlling terminal and descriptors 0, 1 and 2 of the zone's first process.</summary>
    /// <param name="task">The process's task.</param>
    /// <param name="node">Its node, /dev/pts/0.</param>
    internal Errno Install(KernelTask task, VfsPath node)
    {
        const OpenFlags Flags = OpenFlags.O_RDWR | OpenFlags.O_NOCTTY;
        Errno e = Master.Pty.Open(node.Inode, Flags, out IFile? file);
        if (e != 0)
            return e;
        var description = new OpenFileDescription(file!, node, OpenFlags.O_RDWR | OpenFlags.O_LARGEFILE);
        task.Files.Set(new Fd(0), description, cloexec: false);
        task.Files.Set(new Fd(1), description.AddReference(), cloexec: false);
        task.Files.Set(new Fd(2), description.AddReference(), cloexec: false);
        return Master.Pty.Control.Acquire(task, readable: true, steal: false);
    }

    /// <summary>Hangs up.</summary>
    public void Dispose() => Master.Close();
}
