using System.Globalization;
using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Lx.Loader;
using Zonix.Lx.Ptrace;
using Zonix.Lx.Signals;
using Zonix.Lx.Syscalls;
using Zonix.Lx.Tasks;
using Zonix.Lx.Tracing;
using Zonix.Machine;

namespace Zonix.Lx;

/// <summary>The Linux personality: runs guest code, answers its calls, turns its faults into signals.</summary>
public sealed partial class LxBrand : IBrand, IDisposable
{
    private readonly CallSet plainCalls = new(SyscallDispatch.PlainX64);
    private readonly CallSet plainCallsI386 = new(SyscallDispatch.PlainI386);

    // What tracers see as the number of a call where there is none.
    private const ulong NoCall = ulong.MaxValue;

    // A core file is at least a page.
    private const ulong MinimumCoreSize = 4096;

    // Those below belong to the namespaces that there are from the start.
    private ulong lastNamespace = 4026532000;
    private uint lastLoginSession;

    /// <summary>Where calls are traced to; null: nowhere.</summary>
    public Strace? Trace { get; init; }

    /// <summary>Loads the programs of the zone's processes.</summary>
    public required ProgramLoader Loader { get; init; }

    /// <summary>What the zone's kernel calls itself; null: as the machine does.</summary>
    public SystemIdentity? Identity { get; init; }

    /// <summary>Whether programs that are started from outside get PER_LINUX32. personality(2).</summary>
    public bool Is32Bit { get; init; }

    /// <summary>The usual name of the host.</summary>
    public const string DefaultHostName = "zonix";

    /// <summary>The host's name that the zone's processes start with; null: the usual one. At most 64 bytes.</summary>
    public string? HostName
    {
        get;
        init
        {
            field = value;
            NameHost();
        }
    }

    /// <summary>How many CPUs the zone may use at most: its programs see no more.</summary>
    public int CpuLimit { get; init; } = int.MaxValue;

    /// <summary>The zone's control groups.</summary>
    public required ControlGroups Groups { get; init; }

    /// <summary>The namespaces that the zone's processes start in.</summary>
    internal NamespaceSet Namespaces { get; private init; } = NamespaceSet.CreateInitial(null);

    /// <summary>The mounts that the zone's processes start with.</summary>
    public required MountNamespace Mounts
    {
        get;
        init
        {
            field = value;
            Namespaces = NamespaceSet.CreateInitial(value);
            NameHost();
        }
    }

    /// <summary>Bytes that the zone's shared memory segments hold.</summary>
    public ulong SegmentBytes => Namespaces.Ipc.Segments.HeldBytes;

    /// <summary>The names of the zone's local sockets.</summary>
    internal Kernel.Sockets.LocalNames LocalNames { get; } = new();

    /// <summary>The zone's network; null: it has none, and only local sockets.</summary>
    public Kernel.Sockets.INetworkStack? Network
    {
        get;
        init
        {
            field = value;
            value?.Changed = change => Netlink.NetworkNews.Tell(NetlinkPorts, change);
        }
    }

    /// <summary>The zone's netlink sockets.</summary>
    internal Netlink.NetlinkPorts NetlinkPorts { get; } = new();

    /// <summary>The zone's settings.</summary>
    internal KernelSettings Settings { get; } = new();

    /// <summary>The inode number of a new namespace. Any thread.</summary>
    internal ulong NextNamespaceNumber() => Interlocked.Increment(ref lastNamespace);

    /// <summary>How many CPUs the zone's programs see: the first of the machine's.</summary>
    internal int CpuCount(KernelMachine machine) => Math.Clamp(CpuLimit, 1, machine.CpuCount);

    /// <summary>Those, one bit for each: where its tasks may run.</summary>
    public ulong CpuMask(KernelMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return CpuCount(machine) >= 64 ? ulong.MaxValue : (1UL << CpuCount(machine)) - 1;
    }

    /// <summary>What uname(2) says of the system. Any thread.</summary>
    internal SystemIdentity IdentityOn(KernelMachine machine) => Identity ?? machine.Identity;

    /// <summary>The number of a new login session. Any thread.</summary>
    internal uint NextLoginSession() => Interlocked.Increment(ref lastLoginSession);

    /// <summary>The brand of a task of this brand.</summary>
    internal static LxBrand Of(KernelTask task) => (LxBrand)task.Process.Brand;

    private void NameHost()
    {
        if (HostName is { } name)
            Namespaces.Uts.HostName = Encoding.UTF8.GetBytes(name);
    }

    /// <summary>Frees what the zone's processes shared; none of them runs any more.</summary>
    public void Dispose() => Namespaces.Release();

    /// <summary>The calls that are marked as plain; none while calls are traced.</summary>
    internal CallSet PlainCalls(bool isI386) => Trace is not null ? CallSet.Empty : isI386 ? plainCallsI386 : plainCalls;

    /// <summary>The zone's memory.</summary>
    public MemoryGroup Memory => Loader.Group;

    /// <inheritdoc/>
    public RunEnd Run(KernelTask task, Worker worker)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(worker);
        try
        {
            return Loop(task, LxTask.Of(task), worker);
        }
        catch (Exception bug)
        {
            // A guest cannot cause an exception: this is a bug of ours, and only this process shall suffer from it.
            Oops(task, bug);
            return RunEnd.Ended;
        }
    }

    /// <inheritdoc/>
    public void TaskExiting(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        TaskExit.Release(task, LxTask.Of(task));
    }

    /// <inheritdoc/>
    public bool DumpsCore(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        // core(5): not for a process that others may not see, and not without a name for the file. Nobody is there to be piped to.
        string pattern = Settings.CorePattern;
        return process.Rlimits[RlimitResource.RLIMIT_CORE].Soft >= MinimumCoreSize && LxProcess.Of(process).Dumpable == 1 &&
            (pattern.Length > 0 || Settings.CoreUsesPid) && !pattern.StartsWith('|');
    }

    private RunEnd Loop(KernelTask task, LxTask state, Worker worker)
    {
        var processor = worker.Processor;
        var calls = state.Calls ??= new CallAnswers(this, task, state);
        calls.Worker = worker;
        while (true)
        {
            if ((task.Attention & TaskAttention.Move) != 0)
            {
                task.Process.MemoryUsers.WaitForMove(task);
            }

            if (task.IsWaiting)
            {
                if (!task.TryFinishWait(out var waited))
                {
                    return RunEnd.Parked;
                }

                // The end of a stop is none of a call.
                if (state.Trace is not { Stood: not null })
                {
                    Finish(task, state, waited);
                }
            }

            if (NeedsAttention(task, state))
            {
                if (!Attend(task, state))
                {
                    return RunEnd.Ended;
                }

                // A signal may have stopped or ended the process: nobody kicks a task for what it does to itself.
                continue;
            }

            if (worker.ShouldYield())
            {
                task.CountPreemption();
                task.LeaveWorker();
                return RunEnd.Yielded;
            }

            if (LxTracee.Of(task) is { RunsSingly: true } tracee)
            {
                RunSingly(task, state, tracee, processor);
            }
            else
            {
                Step(task, state, processor.Run(task.Cpu, calls));
            }

            if (calls.HasFailed)
            {
                return RunEnd.Ended;
            }
        }
    }

    /// <summary>Whether something must happen before guest code runs again.</summary>
    internal static bool NeedsAttention(KernelTask task, LxTask state) =>
        task.Attention != TaskAttention.None || state.IsExiting || state.RestartCode != 0 || task.Signals.SavedMask is not null ||
        state.Trace is { HasWork: true };

    private void RunSingly(KernelTask task, LxTask state, LxTracee tracee, Processor processor)
    {
        if (tracee.Debug is not { IsArmed: true } debug)
        {
            Step(task, state, processor.RunOne(task.Cpu));
        }
        else if (debug.Run(processor, task.Cpu, tracee.Steps, out var exit))
        {
            state.OriginalRax = NoCall;
            int code = tracee.Steps && (debug.Found & 0xF) == 0 ? SigCode.TRAP_TRACE : SigCode.TRAP_HWBKPT;
            SignalSending.Force(task, SigInfo.FromFault((int)Signal.SIGTRAP, code, task.Cpu.Registers.Rip));
        }
        else if (exit.Kind != ExitKind.Stepped || tracee.Steps)
        {
            Step(task, state, exit);
        }
    }

    /// <summary>Whatever must happen before guest code runs again; false: the task has ended.</summary>
    private bool Attend(KernelTask task, LxTask state)
    {
        if (state.IsExiting || (task.Attention & TaskAttention.Kill) != 0 || state.Trace is { IsEndTold: true })
        {
            if (task.Tracee is not null && TraceStops.AtEnd(task, state, task.Process.IsExiting ? task.Process.WaitStatus : state.ExitStatus))
            {
                return true;
            }

            Trace?.Exit(task, task.Process.IsExiting ? task.Process.WaitStatus : state.ExitStatus);
            task.Process.EndTask(task, state.ExitStatus);
            return false;
        }

        if ((state.Trace is not null || task.Tracee is not null) && TraceStops.Attend(task, state, Trace))
        {
            return true;
        }

        if ((task.Attention & TaskAttention.Trap) != 0)
        {
            // Whoever asked for it has gone.
            task.Clear(TaskAttention.Trap);
        }

        if ((task.Attention & TaskAttention.Freeze) != 0)
        {
            task.WaitWhileFrozen();
            return true;
        }

        if ((task.Attention & TaskAttention.Stop) != 0)
        {
            task.Clear(TaskAttention.Stop);
            if (task.Process.IsStopped)
            {
                task.BlockUninterruptibly(task.Process.Continued, StoppedOperation.Instance);
                return true;
            }
        }

        if ((task.Attention & TaskAttention.Work) != 0)
        {
            task.RunWork();
        }

        if ((task.Attention & TaskAttention.Moved) != 0)
        {
            task.Clear(TaskAttention.Moved);
            if (!state.Rseq.Update(task))
            {
                SignalSending.Force(task, SigInfo.FromKernel((int)Signal.SIGSEGV));
            }
        }

        SignalDelivery.Deliver(task, state, Trace);
        return true;
    }

    internal static void Oops(KernelTask task, Exception bug)
    {
        var state = task.BrandState as LxTask;
        ref var r = ref task.Cpu.Registers;
        var call = state is { InCall: true }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{UnknownCall.NameX64((uint)state.OriginalRax)}(0x{r.Rdi:x}, 0x{r.Rsi:x}, 0x{r.Rdx:x}, 0x{r.R10:x}, 0x{r.R8:x}, 0x{r.R9:x})")
            : "no call";
        task.Machine.OopsLog?.Invoke(string.Create(
            CultureInfo.InvariantCulture,
            $"oops: {task.Name} [{task.Tid}] in {call}, rip 0x{r.Rip:x}, rsp 0x{r.Rsp:x}: {bug}"));
        task.Process.BeginExit((int)Signal.SIGKILL);
        task.Process.EndTask(task, (int)Signal.SIGKILL);
    }
}
