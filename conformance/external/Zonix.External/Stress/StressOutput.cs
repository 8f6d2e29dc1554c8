using System.Globalization;
using System.Text.RegularExpressions;
using Zonix.External.Running;

namespace Zonix.External.Stress;

/// <summary>Reads what stress-ng printed.</summary>
internal static partial class StressOutput
{
    /// <summary>stress-ng's own exit codes.</summary>
    private const int NotImplemented = 4;
    private const int NoResource = 3;

    private const int FewestSamples = 12;

    internal static StressRun Read(string stressor, ProgramResult run)
    {
        string[] lines = run.All.Split('\n');
        double rate = 0;
        int left = 0;
        foreach (string line in lines)
        {
            if (MetricLine().Match(line) is { Success: true } metric && metric.Groups[1].Value == stressor)
            {
                rate = double.Parse(metric.Groups[2].Value, CultureInfo.InvariantCulture);
            }
            else if (LeftLine().Match(line) is { Success: true } count)
            {
                left = int.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture);
            }
        }

        string? skipped = lines.FirstOrDefault(line => line.Contains("skip", StringComparison.Ordinal) && line.StartsWith("stress-ng", StringComparison.Ordinal));
        StressOutcome outcome = run switch
        {
            { TimedOut: true } => StressOutcome.Hung,
            { ExitCode: NotImplemented } => StressOutcome.Skipped,
            { ExitCode: NoResource } => StressOutcome.Skipped,
            { ExitCode: > 128 } => StressOutcome.Crashed,
            { ExitCode: not 0 } => StressOutcome.Failed,
            _ when rate == 0 && skipped is not null => StressOutcome.Skipped,
            _ when rate == 0 => StressOutcome.Failed,
            _ => StressOutcome.Passed,
        };
        return new StressRun(outcome, rate, left, Growth(run.ResidentKiB), run.ResidentKiB.DefaultIfEmpty().Max(),
            outcome == StressOutcome.Passed ? null : Complaint(lines, run),
            [.. lines.Select(line => MissingCall().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)]);
    }

    private static long? Growth(IReadOnlyList<long> samples)
    {
        if (samples.Count < FewestSamples)
        {
            return null;
        }

        int quarter = samples.Count / 4;
        return samples.TakeLast(quarter).Max() - samples.Skip(quarter).Take(quarter).Max();
    }

    private static string Complaint(string[] lines, ProgramResult run)
    {
        string? told = lines.FirstOrDefault(line => Trouble().IsMatch(line))
            ?? lines.FirstOrDefault(line => line.Contains("skip", StringComparison.Ordinal))
            ?? lines.LastOrDefault(line => line.Trim().Length > 0 && !StatisticsLine.Is(line));
        told = Prefix().Replace(told ?? "", "");
        return run.TimedOut ? $"no end within {run.Elapsed.TotalSeconds:F0} s; {told}" : $"exit code {run.ExitCode}; {told}";
    }

    [GeneratedRegex(@"^stress-ng: metrc: \[\d+\] (\S+)\s+\d+\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+([\d.]+)\s")]
    private static partial Regex MetricLine();

    [GeneratedRegex(@"^processes left: (\d+)$")]
    private static partial Regex LeftLine();

    [GeneratedRegex(@"^(oops|Unhandled exception|zonix:|stress-ng: (fail|error|warn))", RegexOptions.IgnoreCase)]
    private static partial Regex Trouble();

    [GeneratedRegex(@"^stress-ng: (\w+): +\[\d+\] ")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^missing call: (.+), \d+ times$")]
    private static partial Regex MissingCall();
}
