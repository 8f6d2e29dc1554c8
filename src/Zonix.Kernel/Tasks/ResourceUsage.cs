namespace Zonix.Kernel.Tasks;

/// <summary>What tasks have used. getrusage(2).</summary>
/// <param name="UserNs">Time in guest code, in nanoseconds.</param>
/// <param name="SystemNs">Time in the kernel, in nanoseconds.</param>
/// <param name="VoluntarySwitches">Context switches because of waiting.</param>
/// <param name="InvoluntarySwitches">Context switches because others wanted the CPU.</param>
/// <param name="MinorFaults">Page faults without input.</param>
/// <param name="MaxResidentBytes">The most memory in use at one time.</param>
/// <param name="MajorFaults">Page faults that had to wait for input.</param>
public readonly record struct ResourceUsage(
    long UserNs, long SystemNs = 0, long VoluntarySwitches = 0, long InvoluntarySwitches = 0, long MinorFaults = 0, long MaxResidentBytes = 0,
    long MajorFaults = 0)
{
    /// <summary>Both together; the larger maximum.</summary>
    public static ResourceUsage operator +(ResourceUsage left, ResourceUsage right) => new(
        left.UserNs + right.UserNs,
        left.SystemNs + right.SystemNs,
        left.VoluntarySwitches + right.VoluntarySwitches,
        left.InvoluntarySwitches + right.InvoluntarySwitches,
        left.MinorFaults + right.MinorFaults,
        Math.Max(left.MaxResidentBytes, right.MaxResidentBytes),
        left.MajorFaults + right.MajorFaults);
}
