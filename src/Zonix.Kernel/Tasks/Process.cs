using Zonix.Kernel.Memory;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <summary>A process: the tasks that share an address space, signal actions and a number.</summary>
public sealed class Process
{
    /// <summary>A process without tasks; <see cref="KernelMachine"/> makes it.</summary>
    internal Process(KernelMachine machine, Pid pid, Process? parent)
    {
        Machine = machine;
        Pid = pid;
        Parent = parent;
        Rlimits = parent?.Rlimits.Clone() ?? new Rlimits();
    }

    /// <summary>The machine it runs on.</summary>
    public KernelMachine Machine { get; }

    /// <summary>Its number.</summary>
    public Pid Pid { get; }

    /// <summary>The process that waits for it; null for the first of a zone.</summary>
    public Process? Parent { get; internal set; }

    /// <summary>Its memory; replaced by execve.</summary>
    public AddressSpace Memory { get; set; } = null!;

    /// <summary>Its resource limits.</summary>
    public Rlimits Rlimits { get; }

    /// <summary>What /proc/self/exe shows.</summary>
    public string ExecutablePath { get; set; } = "";

    /// <summary>Woken when a child changes state.</summary>
    public WaitQueue ChildEvents { get; } = new();
}
