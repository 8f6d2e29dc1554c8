using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct timespec.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct Timespec(long seconds, long nanoseconds)
{
    /// <summary>tv_sec.</summary>
    [Wide]
    public long Seconds = seconds;

    /// <summary>tv_nsec.</summary>
    [Wide(IsPadded = true)]
    public long Nanoseconds = nanoseconds;

    /// <summary>Whether the fields are in range.</summary>
    public readonly bool IsValid => Seconds >= 0 && (ulong)Nanoseconds < 1_000_000_000;

    /// <summary>The time in nanoseconds, at most <see cref="long.MaxValue"/>.</summary>
    public readonly long ToNs() =>
        Seconds >= long.MaxValue / 1_000_000_000 ? long.MaxValue : (Seconds * 1_000_000_000) + Nanoseconds;

    /// <summary>The structure for a number of nanoseconds.</summary>
    public static Timespec FromNs(long ns) => new(Math.DivRem(ns, 1_000_000_000, out var rest), rest);
}
