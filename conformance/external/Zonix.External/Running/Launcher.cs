namespace Zonix.External.Running;

/// <summary>
/// Starts a shell command line on one of the two sides. Both begin as the shell that is process 1 of a fresh space of
/// processes, leads its own session, and has its own System V objects and host name: what a test sends to everybody stays inside.
/// </summary>
internal sealed class Launcher
{
    private readonly string zonix;
    private readonly IReadOnlyList<string> zoneOptions;
    private readonly string[] isolation;

    internal Launcher(string root, IReadOnlyList<string> zoneOptions)
    {
        zonix = Environment.GetEnvironmentVariable("ZONIX_PROGRAM") ?? Path.Combine(root, "artifacts", "zonix", "zonix");
        this.zoneOptions = zoneOptions;
        // .NET ignores SIGPIPE, and a child would inherit that.
        string[] spaces = ["env", "--default-signal", "unshare", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "setsid"];
        isolation = CanIsolate(spaces) ? spaces : ["env", "--default-signal", "setsid", "--wait"];
    }

    /// <summary>Whether native runs are kept apart from the host's processes; only root may do that.</summary>
    internal bool IsIsolated => isolation.Contains("unshare");

    /// <summary>Tells one build of the program from another.</summary>
    internal string ZoneIdentity
    {
        get
        {
            FileInfo file = new(zonix);
            return file.Exists ? $"{file.Length}-{file.LastWriteTimeUtc:yyyyMMddTHHmmss}{string.Concat(zoneOptions)}" : "none";
        }
    }

    internal bool HasZone => File.Exists(zonix);

    /// <summary>Runs a line of the shell.</summary>
    /// <param name="direct">The words of the line, when it is to be executed without a shell: the program is process 1 then.</param>
    internal ProgramResult Run(
        Side side,
        string line,
        string folder,
        TimeSpan limit,
        IEnumerable<KeyValuePair<string, string>> environment,
        IReadOnlyList<string>? direct = null)
    {
        // The shell would replace itself by the last command of a line, and that would be process 1.
        IEnumerable<string> command = direct ?? ["/bin/sh", "-c", line + "\nexit $?"];
        IEnumerable<string> prefix = side == Side.Native ? isolation : [zonix, "run", .. zoneOptions, "host", "--"];
        return ProgramRun.Start([.. prefix, .. command], folder, limit, environment);
    }

    private static bool CanIsolate(string[] spaces) =>
        Environment.UserName == "root"
        && ProgramRun.Start([.. spaces, "true"], "/", TimeSpan.FromSeconds(10), [new("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")]).ExitCode == 0;
}
