using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Tasks;

/// <content>What it has used besides CPU time. Written by the worker that runs it, read by anybody.</content>
public sealed partial class KernelTask
{
    /// <summary>What its calls have moved.</summary>
    public ref TaskIo Io => ref io;

    /// <summary>When it was made, CLOCK_MONOTONIC. Any thread.</summary>
    public long StartTimeNs { get; }

    /// <summary>Page faults that needed no input. Any thread.</summary>
    public long MinorFaults { get; private set; }

    /// <summary>Page faults that had to wait for a file's contents. Any thread.</summary>
    public long MajorFaults { get; private set; }

    /// <summary>How often it came to another CPU than the one before. Any thread.</summary>
    public long Migrations { get; private set; }

    private TaskIo io;

    /// <summary>The worker has counted faults, of which these are the task's.</summary>
    internal void AddFaults(long minor, long major)
    {
        MinorFaults += minor;
        MajorFaults += major;
    }

    /// <summary>Counts the faults up to now, if the calling worker runs the task; others see those up to its last longer stretch.</summary>
    public void SettleFaults()
    {
        if (Volatile.Read(ref worker) is { } here && ReferenceEquals(here, Worker.Current))
            here.SettleFaults(this);
    }
}
