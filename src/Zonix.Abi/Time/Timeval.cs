using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct timeval.</summary>
[GuestStructure]
[StructLayout(LayoutKind.Sequential)]
public partial struct Timeval(long seconds, long microseconds)
{
    /// <summary>tv_sec.</summary>
    [Wide]
    public long Seconds = seconds;

    /// <summary>tv_usec.</summary>
    [Wide]
    public long Microseconds = microseconds;

    /// <summary>Whether the fields are in range.</summary>
    public readonly bool IsValid => Seconds >= 0 && (ulong)Microseconds < 1_000_000;

    /// <summary>The time in nanoseconds, at most <see cref="long.MaxValue"/>.</summary>
    public readonly long ToNs() =>
        Seconds >= long.MaxValue / 1_000_000_000 ? long.MaxValue : (Seconds * 1_000_000_000) + (Microseconds * 1000);

    /// <summary>The structure for a number of nanoseconds, rounded down.</summary>
    public static Timeval FromNs(long ns) => new(Math.DivRem(ns, 1_000_000_000, out var rest), rest / 1000);
}
