using System.Diagnostics;
using System.Globalization;

namespace Zonix.External.Running;

/// <summary>Runs one command with an empty standard input and a time limit, at whose end it is killed with all its children.</summary>
internal static class ProgramRun
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>A program that was killed may leave children that hold its pipes.</summary>
    private static readonly TimeSpan PipesLimit = TimeSpan.FromSeconds(3);

    internal static ProgramResult Start(
        IReadOnlyList<string> command,
        string folder,
        TimeSpan limit,
        IEnumerable<KeyValuePair<string, string>> environment)
    {
        ProcessStartInfo info = new(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        info.Environment.Clear();
        foreach ((string name, string value) in environment)
        {
            info.Environment[name] = value;
        }

        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(info) ?? throw new InvalidOperationException($"{command[0]} did not start");
        process.StandardInput.Close();
        BoundedText output = new();
        BoundedText error = new();
        Task[] drained = [output.DrainAsync(process.StandardOutput.BaseStream), error.DrainAsync(process.StandardError.BaseStream)];
        List<long> resident = [];
        bool ended;
        while (!(ended = process.WaitForExit(LookEvery)) && Stopwatch.GetElapsedTime(started) < limit)
        {
            resident.Add(ResidentKiB(process.Id));
        }

        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        Task.WaitAll(drained, PipesLimit);
        return new ProgramResult(output.ToString(), error.ToString(), process.ExitCode, !ended, elapsed, resident);
    }

    private static long ResidentKiB(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
