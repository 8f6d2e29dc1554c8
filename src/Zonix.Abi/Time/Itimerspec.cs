using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct itimerspec. timer_settime(2), timerfd_settime(2).</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct Itimerspec(Timespec interval, Timespec value)
{
    public Timespec Interval = interval, Value = value;

    /// <summary>Whether the fields are in range.</summary>
    public readonly bool IsValid => Interval.IsValid && Value.IsValid;

    /// <summary>The structure for what is left and the interval, in nanoseconds.</summary>
    public static Itimerspec FromNs(long left, long interval) => new(Timespec.FromNs(interval), Timespec.FromNs(left));
}
