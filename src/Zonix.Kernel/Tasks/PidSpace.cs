using Zonix.Abi;
using Zonix.Kernel.Signals;

namespace Zonix.Kernel.Tasks;

/// <summary>
/// The numbers of a zone's processes and tasks, and how the processes are related. A zone has one of its own, whose first
/// process has number 1. pid_namespaces(7).
/// </summary>
public sealed class PidSpace
{
    /// <summary>The highest <see cref="PidMax"/>.</summary>
    public const int PidMaxLimit = 1 << 22;

    /// <summary>Numbers below are not given out a second time: they belong to the first processes of a system.</summary>
    public const int FirstReused = 300;

    private readonly Dictionary<Pid, ProcessGroup> groups = [];
    private readonly HashSet<Pid> sessions = [];
    private readonly HashSet<int> reserved = [];
    private volatile int pidMax = PidMaxLimit;
    private int lastNumber;

    /// <summary>
    /// Guards the family of all processes here: parents, children, groups, sessions, and what wait4(2) reports. Comes before
    /// the gates of signals.
    /// </summary>
    public Lock TreeGate { get; } = new();

    /// <summary>All live tasks by number.</summary>
    public NumberTable<Tid, KernelTask> Tasks { get; } = new();

    /// <summary>All processes by number, those included that have ended and were not waited for.</summary>
    public NumberTable<Pid, Process> Processes { get; } = new();

    /// <summary>How many signals are queued for each user.</summary>
    public SignalAccounts SignalAccounts { get; } = new();

    /// <summary>The first process: it inherits orphans, and its end is the end of all others.</summary>
    public Process? Init { get; private set; }

    /// <summary>When the first process was made, CLOCK_MONOTONIC: what uptimes count from. 0: not yet.</summary>
    public long BootNs { get; private set; }

    /// <summary>How many processes were ever made.</summary>
    public long Forks { get; private set; }

    /// <summary>The number given out last; the next is looked for behind it. /proc/sys/kernel/ns_last_pid.</summary>
    public int LastNumber
    {
        get => Volatile.Read(ref lastNumber);
        set
        {
            lock (TreeGate)
            {
                lastNumber = value;
            }
        }
    }

    /// <summary>One more than the highest number given out. /proc/sys/kernel/pid_max.</summary>
    public int PidMax
    {
        get => pidMax;
        set => pidMax = value;
    }

    /// <summary>The group of a number; null if nobody is in it. Under <see cref="TreeGate"/>.</summary>
    public ProcessGroup? Group(Pid id) => groups.GetValueOrDefault(id);

    /// <summary>Whether a process has asked that all of this begins anew when it has ended. reboot(2).</summary>
    public bool IsRebooting { get; set; }

    /// <summary>Ends all processes but the first. The end of the first process.</summary>
    internal void EndAll()
    {
        foreach (var process in Processes.Snapshot())
        {
            if (!ReferenceEquals(process, Init))
            {
                process.BeginExit((int)Signal.SIGKILL);
            }
        }
    }

    /// <summary>A number that nobody uses; null when there is none.</summary>
    internal int? Allocate()
    {
        lock (TreeGate)
        {
            for (var tries = 0; tries < PidMax; tries++)
            {
                lastNumber = lastNumber + 1 < PidMax ? lastNumber + 1 : FirstReused;
                if (IsFree(lastNumber))
                {
                    return lastNumber;
                }
            }

            return null;
        }
    }

    /// <summary>
    /// Keeps a certain number for the caller, who makes a process or task of it, or gives it back with <see cref="Forgo"/>;
    /// false when it is in use. clone3(2), set_tid.
    /// </summary>
    public bool TryReserve(int number)
    {
        lock (TreeGate)
        {
            return IsFree(number) && reserved.Add(number);
        }
    }

    /// <summary>Gives back a reserved number, after a process or task was made of it, or none.</summary>
    public void Forgo(int number)
    {
        lock (TreeGate)
        {
            reserved.Remove(number);
        }
    }

    private bool IsFree(int number)
    {
        var pid = new Pid(number);
        return Tasks[new Tid(number)] is null && Processes[pid] is null && !groups.ContainsKey(pid) && !sessions.Contains(pid) &&
            (reserved.Count == 0 || !reserved.Contains(number));
    }

    /// <summary>Enters a new process. Under <see cref="TreeGate"/>.</summary>
    internal void Enter(Process process)
    {
        process.Serial = ++Forks;
        if (Init is null)
        {
            Init = process;
            BootNs = process.StartTimeNs;
        }

        Processes.Add(process.Pid, process);
    }

    /// <summary>The group of a number, made in a session if there is none. Under <see cref="TreeGate"/>.</summary>
    internal ProcessGroup GroupIn(Pid id, Pid session)
    {
        if (!groups.TryGetValue(id, out var group))
        {
            group = new ProcessGroup(id, session);
            groups.Add(id, group);
            sessions.Add(session);
        }

        return group;
    }

    /// <summary>Forgets a group that has lost its last member. Under <see cref="TreeGate"/>.</summary>
    internal void Forget(ProcessGroup group)
    {
        groups.Remove(group.Id);
        foreach (var other in groups.Values)
        {
            if (other.Session == group.Session)
            {
                return;
            }
        }

        sessions.Remove(group.Session);
    }
}
