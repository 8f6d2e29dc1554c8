using System.Globalization;
using Zonix.Kernel.Tasks;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>A process as ps shows it.</summary>
/// <param name="process">The process.</param>
/// <param name="nowNs">The kernel's monotonic time.</param>
/// <param name="memoryLimit">Bytes that percentages of memory are of.</param>
internal sealed class ProcessView(Process process, long nowNs, ulong memoryLimit)
{
    private readonly long ageNs = Math.Max(nowNs - process.StartTimeNs, 1);

    internal Process Process => process;

    internal Credentials Who => process.MainTask?.Credentials ?? process.LastCredentials;

    internal TimeSpan Age => TimeSpan.FromMilliseconds(ageNs / 1_000_000);

    internal DateTimeOffset Started => DateTimeOffset.Now - Age;

    internal TimeSpan CpuTime => TimeSpan.FromMilliseconds(process.CpuTimeNs / 1_000_000);

    internal long CpuPercent => process.CpuTimeNs * 100 / ageNs;

    internal double CpuShare => process.CpuTimeNs * 100.0 / ageNs;

    internal ulong ResidentBytes => process.MemoryUsage.Resident;

    internal ulong MappedBytes => process.MainTask?.Memory.MappedBytes ?? 0;

    internal double MemoryShare => memoryLimit == 0 ? 0 : ResidentBytes * 100.0 / memoryLimit;

    internal string Terminal => process.Terminal is { } control ? string.Create(CultureInfo.InvariantCulture, $"pts/{(uint)control.Terminal.Number}") : "?";

    internal string Name => process.MainTask?.Name.ToString() ?? process.LastName.ToString();

    internal string CommandLine => ProcessCommand.Read(process) is { Length: > 0 } line ? line : $"[{Name}]";
}
