namespace Zonix.Zones.Life;

/// <summary>One check of whether a zone works.</summary>
/// <param name="Start">When it began.</param>
/// <param name="End">When it had ended.</param>
/// <param name="ExitCode">The exit code of its program: 0 for a zone that works; -1: it took too long, or could not be started.</param>
/// <param name="Output">The first of what it wrote.</param>
public sealed record HealthProbe(DateTimeOffset Start, DateTimeOffset End, int ExitCode, string Output);
