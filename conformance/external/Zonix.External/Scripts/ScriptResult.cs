using System.Text.RegularExpressions;
using Zonix.External.Running;

namespace Zonix.External.Scripts;

/// <summary>What a script said, without what differs from run to run.</summary>
internal sealed partial record ScriptResult
{
    public required int ExitCode { get; init; }

    public required bool TimedOut { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The verdicts of a script that speaks TAP; all lines of one that does not.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>Whether it speaks TAP (the Test Anything Protocol).</summary>
    public required bool IsTap { get; init; }

    internal bool Passed => ExitCode == 0 && !TimedOut && (!IsTap || (Lines.Any(line => line.StartsWith("ok", StringComparison.Ordinal))
        && !Lines.Any(line => line.StartsWith("not ok", StringComparison.Ordinal))));

    internal static ScriptResult Read(ProgramResult run)
    {
        string[] lines = [.. run.Output.Split('\n').Concat(run.Error.Split('\n')).Where(line => line.Length > 0 && !Statistics().IsMatch(line))];
        bool tap = lines.Any(line => Plan().IsMatch(line));
        IEnumerable<string> kept = tap
            ? lines.Select(line => TapLine().Match(line)).Where(match => match.Success).Select(match => match.Value)
            : lines.Select(line => Number().Replace(line, "N"));
        return new ScriptResult
        {
            ExitCode = run.ExitCode,
            TimedOut = run.TimedOut,
            Seconds = Math.Round(run.Elapsed.TotalSeconds, 2),
            Lines = [.. kept],
            IsTap = tap,
        };
    }

    /// <summary>In what the zone's run differs from this native one; null when in nothing.</summary>
    internal string? Difference(ScriptResult zone)
    {
        if (zone.TimedOut)
        {
            return $"no end within {zone.Seconds:F0} s";
        }

        int first = 0;
        while (first < Lines.Count && first < zone.Lines.Count && Lines[first] == zone.Lines[first])
        {
            first++;
        }

        if (first < Lines.Count || first < zone.Lines.Count)
        {
            return $"\"{zone.Lines.ElementAtOrDefault(first)}\" in place of \"{Lines.ElementAtOrDefault(first)}\"; exit code {zone.ExitCode}";
        }

        return zone.ExitCode == ExitCode ? null : $"exit code {zone.ExitCode}";
    }

    [GeneratedRegex(@"^1\.\.\d+")]
    private static partial Regex Plan();

    [GeneratedRegex(@"^(not )?ok \d+( # (skip|TODO))?", RegexOptions.IgnoreCase)]
    private static partial Regex TapLine();

    [GeneratedRegex(@"^(translated: |shared: |missing call: )")]
    private static partial Regex Statistics();

    // Process numbers, times and random names.
    [GeneratedRegex(@"\b\d{2,}\b|/tmp/\S+")]
    private static partial Regex Number();
}
