using System.Globalization;
using System.Security.Cryptography;
using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Zones.Configuration;

namespace Zonix.Zones.Life;

/// <content>Its processes.</content>
public sealed partial class ZoneLife
{
    private const int IdBytes = 32, KeptExecs = 64;
    private readonly List<ZoneExec> execs = [];

    /// <summary>Those that run, and the last that did.</summary>
    public IReadOnlyList<ZoneExec> Execs
    {
        get
        {
            lock (gate)
                return [.. execs];
        }
    }

    /// <summary>Prepares a further program; <see cref="StartExec"/> starts it.</summary>
    public ZoneExec CreateExec(ZoneInit program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (Run is null)
            throw NotRunning();
        if (IsPaused)
            throw new ZoneException(ZoneError.Conflict, $"Container {Name} is paused, unpause the container before exec");
        if (program.Cmd is not { Count: > 0 })
            throw new ZoneException(ZoneError.Invalid, "No exec command specified");
        var exec = new ZoneExec(RandomNumberGenerator.GetHexString(IdBytes * 2, lowercase: true), this, program);
        lock (gate)
        {
            execs.Add(exec);
            if (execs.Count > KeptExecs && execs.Find(one => one.ExitCode is not null) is { } old)
                execs.Remove(old);
        }

        registry.Add(exec);
        Tell("exec_create: " + string.Join(' ', program.Cmd), ("execID", exec.Id));
        return exec;
    }

    /// <summary>Starts it.</summary>
    /// <returns>Its end.</returns>
    public Task StartExec(ZoneExec exec, WindowSize size = default)
    {
        ArgumentNullException.ThrowIfNull(exec);
        if (Run is not { } now)
            throw NotRunning();
        if (exec.Process is not null || exec.ExitCode is not null)
            throw new ZoneException(ZoneError.Conflict, $"exec {exec.Id} has been started already");
        Task over = exec.Start(now, size);
        Tell("exec_start: " + string.Join(' ', exec.Program.Cmd!), ("execID", exec.Id));
        return over;
    }

    /// <summary>Its processes now.</summary>
    public IReadOnlyList<Process> Processes =>
        Run is { } now ? [.. now.Zone.Pids.Processes.Snapshot().OrderBy(process => process.Pid.Value)] : throw NotRunning();

    /// <summary>What it uses; zeros when it does not run.</summary>
    public ZoneUsage Usage => Run is { } now ? ZoneUsage.Of(now.Zone) : default;

    internal void ExecEnded(ZoneExec exec, int code)
    {
        registry.Remove(exec);
        Tell("exec_die", ("execID", exec.Id), ("exitCode", code.ToString(CultureInfo.InvariantCulture)));
    }
}
