using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Loader;

namespace Zonix.Zones;

/// <content>Programs that are started from outside.</content>
public sealed partial class Zone
{
    private readonly Lock _startGate = new();
    private bool _ends;

    /// <summary>Starts a program, as the zone's first or beside the others, with the streams that the zone was made with.</summary>
    /// <returns>Success, or what execve(2) answers.</returns>
    public SysResult Start(
        byte[] program, IEnumerable<byte[]> arguments, IEnumerable<byte[]> environment, string workingDirectory, bool needsDirectory,
        out Process? process)
    {
        var wanted = new ZoneProgram
        {
            Command = [program, .. arguments],
            Environment = [.. environment],
            WorkingDirectory = workingDirectory,
            NeedsDirectory = needsDirectory,
            UserId = _options.UserId,
            GroupId = _options.GroupId,
            Streams = ProgramStreams.OfZone,
        };
        return StartIn(wanted, null, out process);
    }

    /// <summary>
    /// Starts a program, as the zone's first or beside the others: the leader of a session of its own, whose parent is outside of
    /// the zone. It has all control groups' limits. Its end, if it is the first, is the end of all others.
    /// </summary>
    /// <returns>Success; what execve(2) answers; ESRCH when the zone is ending.</returns>
    public SysResult Start(ZoneProgram program, out ZoneProcess? started)
    {
        ArgumentNullException.ThrowIfNull(program);
        using var wiring = new ProgramWiring(_machine.FileSystems, Mounts, _devpts);
        SysResult result = StartIn(program, wiring, out Process? process);
        started = result.IsError ? null : wiring.Complete(process!);
        return result;
    }

    /// <summary>Kills all that is left and waits until it is gone. No program can be started afterwards.</summary>
    public async Task EndAsync()
    {
        lock (_startGate)
            _ends = true;
        while (true)
        {
            Process[] rest = [.. Pids.Processes.Snapshot().Where(process => !process.Completion.IsCompleted)];
            if (rest.Length == 0)
                return;
            foreach (Process process in rest)
                process.BeginExitBySignal(Signal.SIGKILL);
            foreach (Process process in rest)
                await process.Completion.ConfigureAwait(false);
        }
    }

    /// <summary>Kills a program that was started from outside, and all that descends from it, whatever session or parent it has now.</summary>
    public async Task EndFamilyAsync(Process origin)
    {
        while (true)
        {
            Process[] rest = [.. Pids.Processes.Snapshot().Where(process => ReferenceEquals(process.Origin, origin) && !process.Completion.IsCompleted)];
            if (rest.Length == 0)
                return;
            foreach (Process process in rest)
                process.BeginExitBySignal(Signal.SIGKILL);
            foreach (Process process in rest)
                await process.Completion.ConfigureAwait(false);
        }
    }

    /// <summary>Takes on other limits while it runs: memory, CPU time, tasks.</summary>
    public void Change(ZoneOptions limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        Groups.Root.Memory.Max = limits.MemoryLimit ?? ulong.MaxValue;
        CpuGroup.Weight = limits.CpuShares;
        CpuGroup.SetLimit(limits.MilliCpus > 0 ? CpuGroup.DefaultPeriodNs / 1000 * limits.MilliCpus : long.MaxValue);
        Groups.Root.Pids.Limit = limits.TaskLimit > 0 ? limits.TaskLimit : long.MaxValue;
    }

    private SysResult StartIn(ZoneProgram program, ProgramWiring? wiring, out Process? process)
    {
        lock (_startGate)
        {
            process = null;
            if (_ends)
                return Errno.ESRCH;
            KernelTask task = FirstProgram.CreateTask(_machine.Kernel, Pids, _brand);
            process = task.Process;
            Groups.Root.Enter(process);
            foreach ((RlimitResource resource, Rlimit limit) in _options.Limits)
                process.Rlimits[resource] = limit;
            task.AffinityMask = _brand.CpuMask(_machine.Kernel);
            task.Files = new FileTable();
            task.FileSystem = new FsContext(_machine.FileSystems, Mounts, Mounts.Root, Mounts.Root);
            SysResult result = Prepare(task, program, wiring);
            if (result.IsError)
            {
                process.EndTask(task, 0);
                return result;
            }

            task.Start();
            return SysResult.Success;
        }
    }

    private SysResult Prepare(KernelTask task, ZoneProgram program, ProgramWiring? wiring)
    {
        task.Credentials = CreateCredentials(program);
        Errno error = PathOperations.Resolve(
            task, Mounts.Root, Encoding.UTF8.GetBytes(program.WorkingDirectory), WalkFlags.Follow | WalkFlags.Directory, out VfsPath folder);
        if (error == 0)
            task.FileSystem.WorkingDirectory = folder;
        else if (program.NeedsDirectory)
            return error;
        if (wiring is null)
            InstallStreams(task);
        else if (wiring.Install(task, program) is var e and not 0)
            return e;
        return FirstProgram.Load(task, program.Command[0], program.Command.Skip(1), program.Environment);
    }

    private void InstallStreams(KernelTask task)
    {
        ReadOnlySpan<byte> path = Terminal is null ? "/dev/console"u8 : "/dev/pts/0"u8;
        PathOperations.Resolve(task, Mounts.Root, path, WalkFlags.Follow, out VfsPath node);
        if (Terminal is not null)
            Terminal.Install(task, node);
        else
            _streams?.Install(task.Files, node);
        _streams?.Console?.Control.Acquire(task, readable: true, steal: false);
    }

    private Credentials CreateCredentials(ZoneProgram program)
    {
        uint user = program.UserId, group = program.GroupId;
        ulong capabilities = user == 0 ? _options.Capabilities : 0;
        return new Credentials
        {
            Uid = user, EffectiveUid = user, SavedUid = user, FsUid = user,
            Gid = group, EffectiveGid = group, SavedGid = group, FsGid = group,
            Groups = program.Groups, EffectiveCapabilities = capabilities, PermittedCapabilities = capabilities,
            BoundingCapabilities = _options.Capabilities,
        };
    }
}
