using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>struct rusage. getrusage(2).</summary>
internal static class UsageFormat
{
    private const int Size = 144;
    private const int SystemTime = 16, MaxResident = 32, MinorFaults = 64, MajorFaults = 72, Voluntary = 128, Involuntary = 136;

    internal static bool TryWrite(KernelTask task, UserAddress address, in ResourceUsage usage)
    {
        Span<byte> fields = stackalloc byte[Size];
        fields.Clear();
        Put(fields, Timeval.FromNs(usage.UserNs));
        Put(fields[SystemTime..], Timeval.FromNs(usage.SystemNs));
        BitConverter.TryWriteBytes(fields[MaxResident..], usage.MaxResidentBytes / 1024);
        BitConverter.TryWriteBytes(fields[MinorFaults..], usage.MinorFaults);
        BitConverter.TryWriteBytes(fields[MajorFaults..], usage.MajorFaults);
        BitConverter.TryWriteBytes(fields[Voluntary..], usage.VoluntarySwitches);
        BitConverter.TryWriteBytes(fields[Involuntary..], usage.InvoluntarySwitches);
        return task.Memory.CopyOut(address, fields) == Size;
    }

    private static void Put(Span<byte> fields, Timeval time)
    {
        BitConverter.TryWriteBytes(fields, time.Seconds);
        BitConverter.TryWriteBytes(fields[8..], time.Microseconds);
    }
}
