using System.Diagnostics;

namespace Zonix.Conformance.Tests;

/// <summary>Runs one command with a clean environment, an empty standard input and a time limit.</summary>
internal static class ProgramRun
{
    private static readonly string[] KeptVariables = ["PATH", "HOME", "JAVA_HOME"];

    internal static Outcome Start(
        IReadOnlyList<string> command,
        string folder,
        TimeSpan limit,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        ProcessStartInfo info = new(command[0])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in command.Skip(1))
        {
            info.ArgumentList.Add(argument);
        }

        Dictionary<string, string?> inherited = new(info.Environment);
        info.Environment.Clear();
        foreach (string name in KeptVariables)
        {
            if (inherited.GetValueOrDefault(name) is { } value)
            {
                info.Environment[name] = value;
            }
        }

        info.Environment["LC_ALL"] = "C.UTF-8";
        info.Environment["TZ"] = "UTC";
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
        {
            info.Environment[name] = value;
        }

        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(info) ?? throw new InvalidOperationException($"{command[0]} did not start");
        process.StandardInput.Close();
        Task<byte[]> output = Drain(process.StandardOutput.BaseStream);
        Task<byte[]> error = Drain(process.StandardError.BaseStream);
        bool ended = process.WaitForExit(limit);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        // A grandchild may hold the pipes open after its parent has gone.
        Task.WaitAll([output, error], TimeSpan.FromSeconds(5));
        return new Outcome(Result(output), Result(error), process.ExitCode, !ended, elapsed);
    }

    private static byte[] Result(Task<byte[]> read) => read.IsCompletedSuccessfully ? read.Result : [];

    private static async Task<byte[]> Drain(Stream stream)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all).ConfigureAwait(false);
        return all.ToArray();
    }
}
