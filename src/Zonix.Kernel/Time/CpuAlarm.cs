namespace Zonix.Kernel.Time;

/// <summary>
/// Something that shall happen when a CPU clock shows a time. Its owner is told on the clock thread, with the CPU time, and
/// no later than a millisecond of CPU time after.
/// </summary>
public sealed class CpuAlarm(CpuClock clock, IExpiry expiry)
{
    internal long DeadlineNs = long.MaxValue;

    /// <summary>The clock.</summary>
    public CpuClock Clock { get; } = clock;

    /// <summary>Who is told.</summary>
    internal IExpiry Expiry { get; } = expiry;

    /// <summary>Arms it, or moves it when it is armed. Any thread.</summary>
    public void Arm(long deadlineNs) => Clock.Process.CpuAlarms.Arm(this, deadlineNs);

    /// <summary>Disarms it. Any thread; its owner may be being told at this moment.</summary>
    public void Cancel() => Clock.Process.CpuAlarms.Cancel(this);
}
