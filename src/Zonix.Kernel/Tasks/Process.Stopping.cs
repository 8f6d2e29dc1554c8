using Zonix.Abi;
using Zonix.Kernel.Tracing;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tasks;

/// <content>Job control: stops and continues. signal(7).</content>
public sealed partial class Process
{
    private int stopSignal;

    /// <summary>Whether it is stopped by a signal. Any thread.</summary>
    public bool IsStopped => Volatile.Read(ref stopSignal) != 0;

    /// <summary>The signal that has stopped it; 0: none. Any thread.</summary>
    public int StopSignal => Volatile.Read(ref stopSignal);

    /// <summary>Woken when a stopped process continues.</summary>
    public WaitQueue Continued { get; } = new();

    /// <summary>Whether the terminal's stop signals have no effect, because nobody could continue the process. Any thread.</summary>
    public bool IsOrphaned
    {
        get
        {
            lock (Pids.TreeGate)
            {
                return group.IsOrphaned();
            }
        }
    }

    /// <summary>
    /// Stops all tasks and tells the parent; but not when a continue signal has come since the stop signal was taken.
    /// </summary>
    /// <param name="signo">The signal.</param>
    /// <param name="generation">What <see cref="Signals.ProcessSignals.Continues"/> was when the signal was taken.</param>
    public bool Stop(int signo, int generation)
    {
        lock (Pids.TreeGate)
        {
            lock (Signals.Gate)
            {
                if (Signals.Continues != generation || IsExiting)
                {
                    return false;
                }

                Volatile.Write(ref stopSignal, signo);
            }

            stopReport = signo;
            continueReport = false;
            foreach (var task in Volatile.Read(ref tasks))
            {
                task.Post(TaskAttention.Stop);
            }

            AnnounceJobControl(SigCode.CLD_STOPPED, signo);
        }

        return true;
    }

    /// <summary>Lets stopped tasks run on; answers whether they were stopped. Under the gate of the signals.</summary>
    internal bool Continue()
    {
        if (Interlocked.Exchange(ref stopSignal, 0) == 0)
        {
            return false;
        }

        Continued.WakeAll();
        return true;
    }

    /// <summary>Tells the parent that the process goes on. Not under the gate of the signals.</summary>
    internal void AnnounceContinue()
    {
        lock (Pids.TreeGate)
        {
            stopReport = 0;
            continueReport = true;
            AnnounceJobControl(SigCode.CLD_CONTINUED, (int)Signal.SIGCONT);
            foreach (var task in Volatile.Read(ref tasks))
            {
                if (task.Tracee is { IsSeized: true, Stop: TraceStopKind.Group } tracee)
                {
                    tracee.RequestTrap();
                }
            }
        }
    }
}
