using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;
using Zonix.Machine;

namespace Zonix.Kernel.Tasks;

/// <summary>
/// A guest thread. It is data: it needs a host thread only while a worker runs it. All members are for the worker that
/// runs the task, unless they say otherwise.
/// </summary>
public sealed partial class KernelTask
{
    private int attention;
    private bool held;
    private bool notesMoves;
    private Worker? worker;
    private Tracing.Tracee? tracee;

    // CPU time while no worker runs it; while one does, the complement of when it would have started had it never stopped.
    private long cpuTime;
    private ulong affinityMask = ulong.MaxValue;
    private ulong wantedCpus = ulong.MaxValue;
    private ulong groupCpus = ulong.MaxValue;

    /// <summary>A task of <paramref name="process"/>, not yet started.</summary>
    internal KernelTask(Process process, Tid tid, CpuContext cpu)
    {
        Process = process;
        Tid = tid;
        Cpu = cpu;
        Signals = new TaskSignals();
        ownEntry = new(this);
        timer = new KernelTimer(this);
        StartTimeNs = process.Machine.Clock.MonotonicNs;
    }

    /// <summary>Its number.</summary>
    public Tid Tid { get; internal set; }

    /// <summary>Its process.</summary>
    public Process Process { get; }

    /// <summary>The machine it runs on.</summary>
    public KernelMachine Machine => Process.Machine;

    /// <summary>Its registers.</summary>
    public CpuContext Cpu { get; }

    /// <summary>The memory of its process.</summary>
    public AddressSpace Memory => Process.Memory;

    /// <summary>Its open files.</summary>
    public FileTable Files { get; set; } = null!;

    /// <summary>Its root, working directory and umask.</summary>
    public FsContext FileSystem { get; set; } = null!;

    /// <summary>Its identity. Replaced, never changed.</summary>
    public Credentials Credentials { get; set; } = Credentials.Root;

    /// <summary>Its name (comm), at most 15 bytes. prctl(2), PR_SET_NAME.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its blocked and pending signals.</summary>
    public TaskSignals Signals { get; }

    /// <summary>The signal it gets when the task ends that has made its process; 0: none. prctl(2), PR_SET_PDEATHSIG.</summary>
    public int ParentDeathSignal { get; set; }

    /// <summary>The task as somebody sees who traces it; null: nobody does. Written under the tree's gate. Any thread.</summary>
    public Tracing.Tracee? Tracee
    {
        get => Volatile.Read(ref tracee);
        internal set => Volatile.Write(ref tracee, value);
    }

    /// <summary>Whether it is too late to trace it, or for it to trace others. Under the tree's gate.</summary>
    internal bool HasLeftTracing { get; set; }

    /// <summary>What the brand keeps for the task.</summary>
    public object? BrandState { get; set; }

    /// <summary>The CPU it runs on, or ran on last. Any thread.</summary>
    public int LastCpu { get; private set; }

    /// <summary>What must be looked at before guest code runs again. Any thread.</summary>
    public TaskAttention Attention => (TaskAttention)Volatile.Read(ref attention);

    /// <summary>The CPUs it may run on. Any thread; a change takes effect when the task next gives way.</summary>
    public ulong AffinityMask
    {
        get => Volatile.Read(ref affinityMask);
        set
        {
            Volatile.Write(ref wantedCpus, value);
            UpdateAffinity();
        }
    }

    /// <summary>The CPUs of its control group. Any thread; takes effect at once.</summary>
    internal ulong GroupCpus
    {
        get => Volatile.Read(ref groupCpus);
        set
        {
            if (Interlocked.Exchange(ref groupCpus, value) != value)
                UpdateAffinity();
        }
    }

    /// <summary>Whether its control group holds it: it is counted there. Under the gate of the groups.</summary>
    internal bool IsFrozen { get; set; }

    /// <summary>Context switches because it had to wait.</summary>
    public long VoluntarySwitches { get; private set; }

    /// <summary>Context switches because others wanted the CPU.</summary>
    public long InvoluntarySwitches { get; private set; }

    internal KernelTask? NextRunnable { get; set; }

    /// <summary>Whether the task waits for a move of its address space. Any thread.</summary>
    internal bool IsHeld
    {
        get => Volatile.Read(ref held);
        set => Volatile.Write(ref held, value);
    }

    /// <summary>Whether a worker runs it. Any thread.</summary>
    internal bool IsOnWorker => Volatile.Read(ref worker) is not null;

    /// <summary>CPU time it has used, in nanoseconds. Any thread.</summary>
    public long CpuTimeNs
    {
        get
        {
            // Read at once, so that the clock never goes back for those who watch from elsewhere.
            var word = Volatile.Read(ref cpuTime);
            return word >= 0 ? word : Math.Max(0, Machine.Clock.MonotonicNs - ~word);
        }
    }

    /// <summary>What it has used. Any thread.</summary>
    public ResourceUsage Usage
    {
        get
        {
            var total = CpuTimeNs;
            var system = Math.Min(Volatile.Read(ref systemNs), total);
            return new(total - system, system, VoluntarySwitches, InvoluntarySwitches, MinorFaults, MajorFaults: MajorFaults);
        }
    }

    /// <summary>Whether it may run on CPU <paramref name="cpu"/>. Any thread.</summary>
    public bool MayRunOn(int cpu) => (Volatile.Read(ref affinityMask) & (1UL << cpu)) != 0;

    /// <summary>
    /// Makes a new task runnable for the first time: as if its maker had woken it, since many a maker waits for it at once.
    /// </summary>
    public void Start() => Machine.Scheduler.MakeRunnable(this);

    /// <summary>Asks for the task's attention: wakes it, or brings it out of guest code. Any thread.</summary>
    public void Post(TaskAttention reasons)
    {
        Interlocked.Or(ref attention, (int)reasons);
        TryWake();
        // The task looks at its attention after it has published its worker; so we look at the worker after the attention.
        KickUnlessHere();
    }

    /// <summary>Asks for attention without waking: the task sees it when it next runs, or comes out of guest code. Any thread.</summary>
    public void Flag(TaskAttention reasons)
    {
        Interlocked.Or(ref attention, (int)reasons);
        KickUnlessHere();
    }

    /// <summary>Whether <see cref="TaskAttention.Moved"/> is set when others had the CPU, or it is another one.</summary>
    public void NoteMoves(bool on)
    {
        notesMoves = on;
        if (on)
        {
            Interlocked.Or(ref attention, (int)TaskAttention.Moved);
        }
    }

    /// <summary>
    /// Whether the task is in guest code and has not yet seen its attention; a task that is not will see it before it gets
    /// there. Any thread.
    /// </summary>
    public bool IsBeyondAttention(TaskAttention reason) =>
        (Attention & reason) != 0 && Volatile.Read(ref worker) is { } current && current.Processor.IsInGuest;

    /// <summary>Takes back reasons for attention.</summary>
    public void Clear(TaskAttention reasons) => Interlocked.And(ref attention, (int)~reasons);

    // A task that asks for its own attention is in a call, and looks when that is over.
    private void KickUnlessHere()
    {
        if (Volatile.Read(ref worker) is { } there && !ReferenceEquals(there, Worker.Current))
        {
            there.Kick();
        }
    }

    /// <summary>Brings the task out of guest code, if it runs, without any other effect. Any thread.</summary>
    public void Kick() => Volatile.Read(ref worker)?.Kick();

    /// <summary>Notes that others wanted the CPU.</summary>
    public void CountPreemption()
    {
        InvoluntarySwitches++;
        if (notesMoves)
        {
            Interlocked.Or(ref attention, (int)TaskAttention.Moved);
        }
    }

    internal void EnterWorker(Worker entered, long nowNs)
    {
        Volatile.Write(ref cpuTime, ~(nowNs - cpuTime));
        if (queuedSinceNs != 0)
        {
            CountWait(nowNs);
        }

        Volatile.Write(ref state, StateRunning);
        if (notesMoves && LastCpu != entered.Index)
        {
            Interlocked.Or(ref attention, (int)TaskAttention.Moved);
        }

        if (LastCpu != entered.Index)
        {
            Migrations++;
        }

        LastCpu = entered.Index;
        entered.RunStartNs = nowNs;
        Volatile.Write(ref worker, entered);
        Interlocked.MemoryBarrier();
        if (Process.HasDormantAlarms)
        {
            Process.CpuAlarms.Continue();
        }
    }

    /// <summary>The task stops using its worker: called before anybody else may run it.</summary>
    public void LeaveWorker()
    {
        if (worker is null)
        {
            return;
        }

        var now = Machine.Clock.MonotonicNs;
        var total = Math.Max(0, now - ~cpuTime);
        worker.NoteFaults(this, now);
        Charge(worker, now - worker.RunStartNs);
        Volatile.Write(ref worker, null);
        Volatile.Write(ref cpuTime, total);
    }
}
