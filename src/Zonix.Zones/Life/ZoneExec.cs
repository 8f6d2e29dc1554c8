using Zonix.Abi;
using Zonix.Zones.Configuration;

namespace Zonix.Zones.Life;

/// <summary>A further program of a running zone: docker exec.</summary>
public sealed class ZoneExec
{
    internal ZoneExec(string id, ZoneLife zone, ZoneInit program)
    {
        Id = id;
        Zone = zone;
        Program = program;
    }

    /// <summary>Its identity: 64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Where it runs.</summary>
    public ZoneLife Zone { get; }

    /// <summary>What runs.</summary>
    public ZoneInit Program { get; }

    /// <summary>Its standard streams.</summary>
    public ZoneConsole Console { get; } = new();

    /// <summary>The keys by which its user leaves its terminal, in docker's words; null: the usual ones.</summary>
    public string? DetachKeys { get; set; }

    /// <summary>The process; null before it was started.</summary>
    public ZoneProcess? Process { get; private set; }

    /// <summary>How it ended; null while it has not.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>When it ended.</summary>
    internal DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>Starts it; complete when it has ended and all it has written was passed on.</summary>
    /// <returns>That end.</returns>
    internal Task Start(ZoneRun run, WindowSize size)
    {
        ZoneProcess process;
        try
        {
            process = run.Start(
                Program.Cmd ?? [], [.. run.Configuration.Init.Env ?? [], .. Program.Env ?? []], Program.WorkingDir ?? run.Configuration.Init.WorkingDir,
                Program.User ?? run.Configuration.Init.User, Program.Tty, Program.OpenStdin, size);
        }
        catch (ZoneException e)
        {
            ExitCode = e.Error == ZoneError.CommandNotFound ? 127 : 126;
            FinishedAt = DateTimeOffset.UtcNow;
            Console.Abandon();
            throw;
        }

        Process = process;
        Console.Begin(process);
        return RunAsync(process);
    }

    private async Task RunAsync(ZoneProcess process)
    {
        Task output = Console.Output.PumpAsync(process);
        int code = await process.WaitAsync().ConfigureAwait(false);

        // Whoever is left of it and has its streams is not waited for.
        process.Finish();
        await output.ConfigureAwait(false);
        process.Dispose();
        ExitCode = code;
        FinishedAt = DateTimeOffset.UtcNow;

        // Whoever sees the end of the output can ask how it ended.
        Console.Output.Complete();
        Zone.ExecEnded(this, code);
    }
}
