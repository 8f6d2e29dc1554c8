using Zonix.Host.Threads;

namespace Zonix.Kernel.Scheduling;

/// <summary>
/// The host thread that expires timers and, only while tasks are queued, ticks. It starts with the first deadline and
/// sleeps until the next one: an idle machine uses no CPU.
/// </summary>
internal sealed class ClockThread(Scheduler scheduler)
{
    private readonly HostEvent alarm = new();
    private int started;

    /// <summary>Makes the thread look at the deadlines again.</summary>
    internal void Wake()
    {
        if (Volatile.Read(ref started) == 0 && Interlocked.Exchange(ref started, 1) == 0)
        {
            new Thread(Main, 256 << 10) { IsBackground = true, Name = "clock" }.Start();
        }

        alarm.Set();
    }

    private void Main()
    {
        while (!scheduler.Stopping)
        {
            var deadline = scheduler.Timers.NextDeadlineNs;
            if (scheduler.Ticking)
            {
                deadline = Math.Min(deadline, scheduler.Clock.MonotonicNs + Scheduler.TickLengthNs);
            }

            alarm.Wait(deadline);
            var now = scheduler.Clock.MonotonicNs;
            scheduler.Timers.Expire(now);
            if (scheduler.Ticking)
            {
                scheduler.Tick(now);
            }
        }
    }
}
