using System.Globalization;
using System.Text;

namespace Zonix.Conformance.Tests;

/// <summary>Runs a command natively and in a zone, from the same fresh folder, and demands the same outcome.</summary>
internal static class Comparison
{
    private const int ShownLines = 6;
    private const int ShownColumns = 200;

    /// <param name="name">Names the work folder.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="directives">What the test asks for beyond that.</param>
    /// <param name="zoned">What brings it into a zone, if that is not the command behind `zonix run`.</param>
    internal static void Demand(string name, IReadOnlyList<string> command, Directives directives, IReadOnlyList<string>? zoned = null)
    {
        zoned ??= [Suite.Zonix, "run", .. directives.ZoneOptions, .. Suite.Options, "host", "--", .. command];
        if (!File.Exists(Suite.Zonix))
        {
            Assert.Fail($"{Suite.Zonix} is missing: run eng/build first");
        }

        string folder = Path.Combine(Path.GetTempPath(), "zonix-conformance", name.Replace('/', '-'));
        if (Try(name, command, zoned, folder, directives) is { Length: > 0 } first)
        {
            // A busy host upsets a native run now and then. A second chance, but not in silence: ./test shows the list.
            File.AppendAllText(Path.Combine(Suite.Output, "unsteady.txt"), $"{name}: {first.ReplaceLineEndings(" | ")}\n");
            if (Try(name, command, zoned, folder, directives) is { Length: > 0 } again)
            {
                Assert.Fail(again);
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Runs it once on each side; answers what is wrong, empty for nothing.</summary>
    private static string Try(
        string name, IReadOnlyList<string> command, IReadOnlyList<string> zoned, string folder, Directives directives)
    {
        Directory.CreateDirectory(Suite.Output);
        Outcome native = Run(command, folder, directives);
        if (native.TimedOut)
        {
            return "the native run did not end: the test itself is at fault";
        }

        if (directives.Expected is { } expected && native.ExitCode != expected)
        {
            return $"the native run ended with {native.ExitCode}, not {expected}:\n{Tail(native)}";
        }

        Outcome zone = Run(zoned, folder, directives);
        Note(name, native, zone);
        return Differences(native, zone, directives);
    }

    private static Outcome Run(IReadOnlyList<string> command, string folder, Directives directives)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        if (directives.Setup is { } setup)
        {
            Outcome prepared = ProgramRun.Start(["/bin/bash", "-ec", setup], folder, TimeSpan.FromMinutes(2), directives.Variables);
            Assert.True(prepared.ExitCode == 0, $"setup failed:\n{Tail(prepared)}");
        }

        return ProgramRun.Start(command, folder, directives.Limit, directives.Variables);
    }

    private static string Differences(Outcome native, Outcome zone, Directives directives)
    {
        StringBuilder report = new();
        if (zone.TimedOut)
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"no end after {directives.Limit.TotalSeconds} s in the zone");
        }
        else if (native.ExitCode != zone.ExitCode)
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"exit code: native {native.ExitCode}, zone {zone.ExitCode}");
        }

        Compare(report, "stdout", directives.Normalize(native.Output), directives.Normalize(zone.Output));
        Compare(report, "stderr", directives.Normalize(native.Error), directives.Normalize(zone.Error));
        return report.ToString();
    }

    private static void Compare(StringBuilder report, string stream, byte[] native, byte[] zone)
    {
        if (native.AsSpan().SequenceEqual(zone))
        {
            return;
        }

        string[] left = Lines(native);
        string[] right = Lines(zone);
        int first = 0;
        while (first < left.Length && first < right.Length && left[first] == right[first])
        {
            first++;
        }

        report.AppendLine(CultureInfo.InvariantCulture,
            $"{stream}: {left.Length} lines natively, {right.Length} in the zone; they differ from line {first + 1}:");
        for (int i = first; i < first + ShownLines && i < Math.Max(left.Length, right.Length); i++)
        {
            string? ours = i < left.Length ? left[i] : null;
            string? theirs = i < right.Length ? right[i] : null;
            int column = ours is null || theirs is null ? 0 : ours.AsSpan().CommonPrefixLength(theirs);
            Show(report, ours == theirs ? ' ' : '-', ours, column);
            Show(report, '+', ours == theirs ? null : theirs, column);
        }
    }

    /// <summary>A long line is shown from where it begins to differ.</summary>
    private static void Show(StringBuilder report, char mark, string? line, int column)
    {
        if (line is null)
        {
            return;
        }

        int start = line.Length > ShownColumns ? Math.Max(0, column - 40) : 0;
        int length = Math.Min(line.Length - start, ShownColumns);
        report.Append(mark).Append(' ').Append(start > 0 ? "…" : "");
        foreach (char c in line.AsSpan(start, length))
        {
            report.Append(char.IsControl(c) && c != '\t' ? '?' : c);
        }

        report.AppendLine(start + length < line.Length ? "…" : "");
    }

    private static string[] Lines(byte[] text) => text.Length == 0 ? [] : Encoding.Latin1.GetString(text).TrimEnd('\n').Split('\n');

    private static string Tail(Outcome outcome) =>
        string.Join('\n', Lines(outcome.Output).TakeLast(ShownLines).Concat(Lines(outcome.Error).TakeLast(ShownLines)));

    /// <summary>Keeps the times of the last run: not a measurement, but it shows what is out of proportion.</summary>
    private static void Note(string name, Outcome native, Outcome zone)
    {
        string line = string.Create(CultureInfo.InvariantCulture,
            $"{name}\t{native.Elapsed.TotalMilliseconds:F0}\t{zone.Elapsed.TotalMilliseconds:F0}\n");
        Directory.CreateDirectory(Suite.Output);
        File.AppendAllText(Path.Combine(Suite.Output, "times.tsv"), line);
    }
}
