using Zonix.Abi;
using Zonix.FileSystems.Devpts;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Tty;
using Zonix.Kernel.Vfs;
using Zonix.Zones.Streams;

namespace Zonix.Zones;

/// <summary>Gives a new process its descriptors 0, 1 and 2, and keeps the host's ends of them.</summary>
internal sealed class ProgramWiring(VirtualFileSystem vfs, MountNamespace mounts, DevptsFileSystem devpts)
{
    private GuestStream? input, output, error;
    private Pty? terminal;

    internal Errno Install(KernelTask task, ZoneProgram program) => program.Streams switch
    {
        ProgramStreams.Pipes => InstallPipes(task, program),
        ProgramStreams.Terminal => InstallTerminal(task, program),
        _ => InstallNull(task, 0, 3),
    };

    internal ZoneProcess Complete(Process process) => new(process, input, output, error, terminal);

    /// <summary>The process has come to nothing.</summary>
    internal void Abandon()
    {
        input?.Dispose();
        output?.Dispose();
        error?.Dispose();
    }

    private Errno InstallPipes(KernelTask task, ZoneProgram program)
    {
        Errno e = program.HasInput ? InstallInput(task, program) : InstallNull(task, 0, 1);
        if (e == 0)
            e = InstallOutput(task, program, 1, out output);
        return e == 0 ? InstallOutput(task, program, 2, out error) : e;
    }

    private Errno InstallInput(KernelTask task, ZoneProgram program)
    {
        Errno e = vfs.CreatePipe(program.UserId, program.GroupId, 0, out OpenFileDescription? reader, out OpenFileDescription? writer);
        if (e != 0)
            return e;
        task.Files.Set(new Fd(0), reader!, cloexec: false);
        input = new GuestStream(writer!.File, reads: false, writes: true, writer.Release);
        return 0;
    }

    private Errno InstallOutput(KernelTask task, ZoneProgram program, int number, out GuestStream? stream)
    {
        stream = null;
        Errno e = vfs.CreatePipe(program.UserId, program.GroupId, 0, out OpenFileDescription? reader, out OpenFileDescription? writer);
        if (e != 0)
            return e;
        task.Files.Set(new Fd(number), writer!, cloexec: false);
        stream = new GuestStream(reader!.File, reads: true, writes: false, reader.Release);
        return 0;
    }

    private Errno InstallTerminal(KernelTask task, ZoneProgram program)
    {
        Errno e = devpts.OpenMaster(out PtyMasterFile? master);
        if (e != 0)
            return e;
        terminal = master!.Pty;
        terminal.Unlock();
        if (program.WindowSize != default)
            terminal.WindowSize = program.WindowSize;
        input = output = new GuestStream(master, reads: true, writes: true, master.Close);
        byte[] path = System.Text.Encoding.ASCII.GetBytes($"/dev/pts/{terminal.Index}");
        e = PathOperations.Resolve(task, mounts.Root, path, WalkFlags.Follow, out VfsPath node);
        return e == 0 ? ZoneTerminal.Install(task, terminal, node) : e;
    }

    private Errno InstallNull(KernelTask task, int first, int end)
    {
        Errno e = PathOperations.Resolve(task, mounts.Root, "/dev/null"u8, WalkFlags.Follow, out VfsPath node);
        if (e != 0)
            return e;
        e = vfs.Devices.Open(node.Inode, DeviceTable.Number(1, 3), OpenFlags.O_RDWR, out IFile? file);
        if (e != 0)
            return e;
        var description = new OpenFileDescription(file!, node, OpenFlags.O_RDWR | OpenFlags.O_LARGEFILE);
        for (int i = first; i < end; i++)
            task.Files.Set(new Fd(i), i == first ? description : description.AddReference(), cloexec: false);
        return 0;
    }
}
