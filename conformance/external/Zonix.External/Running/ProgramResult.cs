namespace Zonix.External.Running;

/// <summary>What one run left behind.</summary>
/// <param name="Output">Standard output, its middle cut out when it is very long.</param>
/// <param name="Error">Standard error, likewise.</param>
/// <param name="ExitCode">The exit code; 128 plus the signal for one that was killed.</param>
/// <param name="TimedOut">Whether it was killed at its limit.</param>
/// <param name="Elapsed">From start to end.</param>
/// <param name="ResidentKiB">Resident memory of the first process, looked at four times a second: of a zone, the whole machine's.</param>
internal sealed record ProgramResult(string Output, string Error, int ExitCode, bool TimedOut, TimeSpan Elapsed, IReadOnlyList<long> ResidentKiB)
{
    internal string All => Output.Length == 0 || Output.EndsWith('\n') ? Output + Error : Output + "\n" + Error;
}
