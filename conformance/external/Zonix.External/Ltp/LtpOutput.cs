using System.Globalization;
using System.Text.RegularExpressions;
using Zonix.External.Running;

namespace Zonix.External.Ltp;

/// <summary>Reads what a test printed. Both of LTP's libraries are understood.</summary>
internal static partial class LtpOutput
{
    private const int ComplaintLength = 200;

    internal static LtpResult Read(string name, ProgramResult run)
    {
        string[] lines = run.All.Split('\n');
        LtpCounts counts = Counts(lines);
        Verdict verdict = Judge(run, counts);
        return new LtpResult
        {
            Name = name,
            Verdict = verdict,
            ExitCode = run.ExitCode,
            Counts = counts,
            Seconds = Math.Round(run.Elapsed.TotalSeconds, 2),
            Complaint = verdict == Verdict.Passed ? null : Complaint(lines, run, verdict),
            MissingCalls = [.. lines.Select(line => MissingCall().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)],
        };
    }

    private static Verdict Judge(ProgramResult run, LtpCounts counts)
    {
        if (run.TimedOut)
        {
            return Verdict.TimedOut;
        }

        if (run.ExitCode == 0 && counts.Passed > 0)
        {
            return Verdict.Passed;
        }

        if (counts.Failed > 0)
        {
            return Verdict.Failed;
        }

        if (counts.Broken + counts.Warnings > 0)
        {
            return Verdict.Broken;
        }

        if (counts.Passed > 0)
        {
            return Verdict.Failed;
        }

        return counts.Skipped > 0 ? Verdict.Skipped : Verdict.Crashed;
    }

    /// <summary>The summary of the new library if there is one; else the lines are counted.</summary>
    private static LtpCounts Counts(string[] lines)
    {
        int start = Array.FindLastIndex(lines, line => line == "Summary:");
        if (start >= 0)
        {
            Dictionary<string, int> summary = [];
            foreach (string line in lines.Skip(start + 1))
            {
                if (SummaryLine().Match(line) is { Success: true } match)
                {
                    summary[match.Groups[1].Value] = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
                }
            }

            return new LtpCounts(Of("passed"), Of("failed"), Of("broken"), Of("skipped"), Of("warnings"));

            int Of(string kind) => summary.GetValueOrDefault(kind);
        }

        ILookup<string, string> kinds = lines.Select(Kind).Where(kind => kind.Length > 0).ToLookup(kind => kind);
        return new LtpCounts(kinds["PASS"].Count(), kinds["FAIL"].Count(), kinds["BROK"].Count(), kinds["CONF"].Count(), kinds["WARN"].Count());
    }

    private static string Complaint(string[] lines, ProgramResult run, Verdict verdict)
    {
        string? told = First("FAIL", "BROK") ?? First("WARN") ?? First("CONF");
        string? last = lines.LastOrDefault(line => line.Trim().Length > 0 && !IsNoise(line));
        string? oops = lines.FirstOrDefault(line => line.StartsWith("oops", StringComparison.OrdinalIgnoreCase)
            || line.StartsWith("Unhandled exception", StringComparison.Ordinal));
        string text = verdict switch
        {
            _ when oops is not null => oops,
            Verdict.TimedOut => $"no end within {run.Elapsed.TotalSeconds:F0} s; {told ?? last}",
            _ when told is not null => told,
            _ => $"exit code {run.ExitCode}; {last}",
        };
        text = SourceFolder().Replace(TemporaryFolder().Replace(text.Trim(), "/tmp/LTP"), "");
        return text.Length > ComplaintLength ? text[..ComplaintLength] + "…" : text;

        string? First(params string[] kinds) => lines.FirstOrDefault(line => kinds.Contains(Kind(line)));
    }

    private static bool IsNoise(string line) =>
        StatisticsLine.Is(line) || MissingCall().IsMatch(line) || SummaryLine().IsMatch(line) || line == "Summary:";

    private static string Kind(string line) => ResultLine().Match(line) is { Success: true } match ? match.Groups[1].Value : "";

    [GeneratedRegex(@"(?:^\S+:\d+: |^\S+\s+\d+\s+|^\S+\s+)T(PASS|FAIL|BROK|CONF|WARN)\b(?:\s*:|\s)")]
    private static partial Regex ResultLine();

    [GeneratedRegex(@"^(passed|failed|broken|skipped|warnings)\s+(\d+)\s*$")]
    private static partial Regex SummaryLine();

    [GeneratedRegex(@"^missing call: (.+), \d+ times$")]
    private static partial Regex MissingCall();

    // A header's or a shared source's place on the machine that built it.
    [GeneratedRegex(@"/\S*/(?=[\w-]+\.[ch]:\d+)")]
    private static partial Regex SourceFolder();

    [GeneratedRegex(@"/tmp/[\w./-]*LTP_\w+")]
    private static partial Regex TemporaryFolder();
}
