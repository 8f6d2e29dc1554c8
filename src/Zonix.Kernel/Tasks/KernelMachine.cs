using System.Security.Cryptography;
using Zonix.Host.Machine;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Time;
using Zonix.Kernel.Waiting;
using Zonix.Machine;

namespace Zonix.Kernel.Tasks;

/// <summary>One running kernel: its clock, CPUs, translations and processes. Several may live in one host process.</summary>
public sealed class KernelMachine : IDisposable
{
    private int lastPid;

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

    /// <summary>All live tasks by number.</summary>
    public NumberTable<Tid, KernelTask> Tasks { get; } = new();

    /// <summary>All processes by number.</summary>
    public NumberTable<Pid, Process> Processes { get; } = new();

    /// <summary>Counts of calls that do not exist here.</summary>
    public MissingCalls MissingCalls { get; } = new();

    /// <summary>All futexes.</summary>
    public FutexTable Futexes { get; } = new();

    /// <summary>What the machine calls itself.</summary>
    public SystemIdentity Identity { get; set; } = new();

    /// <summary>Told of kernel bugs that ended a process. Text for people.</summary>
    public Action<string>? OopsLog { get; set; }

    /// <summary>A process without memory, files and tasks; the caller gives it these and starts its first task.</summary>
    public Process CreateProcess(IBrand brand, Process? parent = null)
    {
        var process = new Process(this, new Pid(NextNumber()), parent, brand);
        Processes.Add(process.Pid, process);
        return process;
    }

    /// <summary>
    /// A task of a process, not yet started. The first task of a process has the process's number.
    /// </summary>
    public KernelTask CreateTask(Process process, CpuContext cpu)
    {
        var first = process.MainTask is null && Tasks[new Tid(process.Pid.Value)] is null;
        var task = new KernelTask(process, first ? new Tid(process.Pid.Value) : new Tid(NextNumber()), cpu);
        Tasks.Add(task.Tid, task);
        process.Add(task);
        return task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Scheduler.Stop();
        CodeCache.Dispose();
        Random.Dispose();
    }

    private int NextNumber() => Interlocked.Increment(ref lastPid);
}
