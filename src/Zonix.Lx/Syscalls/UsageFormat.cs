using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>struct rusage. getrusage(2).</summary>
internal static class UsageFormat
{
    internal static bool TryWrite(KernelTask task, UserPointer<Rusage> place, in ResourceUsage usage) => task.TryWrite(place, new Rusage
    {
        UserTime = Timeval.FromNs(usage.UserNs),
        SystemTime = Timeval.FromNs(usage.SystemNs),
        MaxResident = usage.MaxResidentBytes / 1024,
        MinorFaults = usage.MinorFaults,
        MajorFaults = usage.MajorFaults,
        VoluntarySwitches = usage.VoluntarySwitches,
        InvoluntarySwitches = usage.InvoluntarySwitches,
    });
}
