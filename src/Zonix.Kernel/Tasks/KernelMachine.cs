using System.Security.Cryptography;
using Zonix.Host.Machine;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Time;
using Zonix.Kernel.Waiting;
using Zonix.Machine;

namespace Zonix.Kernel.Tasks;

/// <summary>One running kernel: its clock, CPUs, translations and processes. Several may live in one host process.</summary>
public sealed class KernelMachine : IDisposable
{
    /// <summary>A machine with as many CPUs as the host, or <paramref name="cpuCount"/>.</summary>
    public KernelMachine(int cpuCount = 0)
    {
        Scheduler = new Scheduler(this, Math.Clamp(cpuCount == 0 ? Environment.ProcessorCount : cpuCount, 1, 64));
    }

    /// <summary>The machine's time.</summary>
    public Clock Clock { get; } = new();

    /// <summary>The translations of this machine.</summary>
    public CodeCache CodeCache { get; } = new();

    /// <summary>Brings tasks to CPUs.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>How many CPUs guests see.</summary>
    public int CpuCount => Scheduler.CpuCount;

    /// <summary>Random bytes fit for keys.</summary>
    public RandomNumberGenerator Random { get; } = new HostRandom();

    /// <summary>What its processes take of the host's mappings.</summary>
    public HostMappings HostMappings { get; } = new();

    /// <summary>Counts of calls that do not exist here.</summary>
    public MissingCalls MissingCalls { get; } = new();

    /// <summary>All futexes.</summary>
    public FutexTable Futexes { get; } = new();

    /// <summary>What the machine calls itself.</summary>
    public SystemIdentity Identity { get; set; } = new();

    /// <summary>Told of kernel bugs that ended a process. Text for people.</summary>
    public Action<string>? OopsLog { get; set; }

    /// <summary>Told of what an administrator wants to know, such as processes killed for want of memory. Text for people.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>
    /// A process without memory, files and tasks; the caller gives it these and starts its first task. Its parent is outside of the
    /// zone, as is that of the first one: nobody in the zone is to wait for it.
    /// </summary>
    public Process CreateProcess(IBrand brand, PidSpace? pids = null)
    {
        pids ??= new PidSpace();
        var process = new Process(this, pids, new Pid(pids.Allocate() ?? 1), brand, new Rlimits());
        process.EnterTree(null, null, 0);
        return process;
    }

    /// <summary>
    /// A child of <paramref name="maker"/>'s process, or of that one's parent, without memory, files and tasks. Null when
    /// there are no numbers left, or its control group may have no more tasks. <paramref name="wanted"/> is a reserved number for
    /// it; 0: any. <paramref name="into"/> is the control group it starts in; null: its maker's.
    /// </summary>
    public Process? CreateChild(KernelTask maker, bool isSibling, int exitSignal, int wanted = 0, ControlGroup? into = null)
    {
        ArgumentNullException.ThrowIfNull(maker);
        var origin = maker.Process;
        if ((wanted != 0 ? wanted : origin.Pids.Allocate()) is not { } number)
        {
            return null;
        }

        var child = new Process(this, origin.Pids, new Pid(number), origin.Brand, origin.Rlimits.Clone());
        if (!ControlGroup.TryAdd(child, origin, into))
        {
            return null;
        }

        child.EnterTree(maker, isSibling ? origin.Parent : origin, isSibling ? origin.ExitSignal : exitSignal);
        return child;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Scheduler.Stop();
        CodeCache.Dispose();
        Random.Dispose();
    }
}
