namespace Zonix.Conformance.Tests;

/// <summary>What one run of a program left behind.</summary>
internal sealed record Outcome(byte[] Output, byte[] Error, int ExitCode, bool TimedOut, TimeSpan Elapsed);
