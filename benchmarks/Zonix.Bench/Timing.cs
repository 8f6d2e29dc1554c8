using System.Diagnostics;
using System.Globalization;

namespace Zonix.Bench;

/// <summary>Runs one program once and collects what it measured of itself and how long it took from outside.</summary>
internal static class Timing
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <returns>Results by name, and the time from start to exit in nanoseconds; null when the run failed.</returns>
    internal static (Dictionary<string, double> Results, double Total)? Run(IReadOnlyList<string> command)
    {
        ProcessStartInfo info = new(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        long started = Stopwatch.GetTimestamp();
        using Process? process = Process.Start(info);
        if (process is null)
        {
            return null;
        }

        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill();
            return null;
        }

        double total = Stopwatch.GetElapsedTime(started).TotalNanoseconds;
        error.Wait();
        return process.ExitCode == 0 ? (Parse(output.Result), total) : null;
    }

    private static Dictionary<string, double> Parse(string output)
    {
        Dictionary<string, double> results = [];
        foreach (string line in output.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["result", var name, var value])
            {
                results[name] = double.Parse(value, CultureInfo.InvariantCulture);
            }
        }

        return results;
    }
}
