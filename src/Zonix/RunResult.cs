namespace Zonix;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">As shells give it: 128 plus the number of the signal that killed it.</param>
/// <param name="StandardOutput">What it wrote, as UTF-8.</param>
/// <param name="StandardError">What it wrote as errors, as UTF-8.</param>
/// <param name="TimedOut">Whether it was killed because its time was up.</param>
/// <param name="IsTruncated">Whether it wrote more than the limit, and the rest was dropped.</param>
public sealed record RunResult(int ExitCode, string StandardOutput, string StandardError, bool TimedOut, bool IsTruncated);
