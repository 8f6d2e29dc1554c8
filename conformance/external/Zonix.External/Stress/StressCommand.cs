using System.Text;
using Zonix.External.Running;

namespace Zonix.External.Stress;

/// <summary>Runs stressors of stress-ng natively and in a zone: speed side by side, and crashes, hangs and leaks.</summary>
internal sealed class StressCommand
{
    private const string Usage = """
        usage: run stress [STRESSOR...] [options]     all of stress/stressors.txt if none is named
          --seconds N        each run (3)
          --workers N        of each stressor (1)
          --native-only, --zone-only
          --markdown FILE    write the table
          --zone-option O    an option of `zonix run`
          -v                 show the output of each run
        """;

    /// <summary>Beyond the seconds asked for; starting and ending take longer when much is left to clean up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly CommandLine line;
    private readonly Launcher launcher;
    private readonly int seconds;
    private readonly int workers;

    private StressCommand(string root, CommandLine line)
    {
        this.line = line;
        launcher = new Launcher(root, ["--stats", .. line.List("--zone-option")]);
        seconds = line.Number("--seconds", 3);
        workers = line.Number("--workers", 1);
    }

    internal static int Execute(string root, string[] words)
    {
        CommandLine? line = CommandLine.Parse([.. words.Select(word => word == "-v" ? "--verbose" : word)],
            ["--seconds", "--workers", "--markdown", "--zone-option"], ["--native-only", "--zone-only", "--verbose"]);
        if (line is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        IEnumerable<Stressor> all = Stressor.Read(File.ReadLines(Path.Combine(root, "conformance", "external", "stress", "stressors.txt")));
        return new StressCommand(root, line).Execute(
            [.. all.Where(stressor => line.Words.Count == 0 || line.Words.Any(glob => Glob.Matches(glob, stressor.Name)))]);
    }

    private int Execute(Stressor[] stressors)
    {
        List<(string Name, StressRun? Native, StressRun? Zone)> rows = [];
        foreach (Stressor stressor in stressors)
        {
            StressRun? native = line.Has("--zone-only") ? null : RunOne(stressor, Side.Native);
            StressRun? zone = line.Has("--native-only") ? null : RunOne(stressor, Side.Zone);
            rows.Add((stressor.Name, native, zone));
            Console.WriteLine($"{stressor.Name}: native {Say(native)}; zone {Say(zone)}");
        }

        string table = Table(rows);
        Console.WriteLine(table);
        if (line.Value("--markdown") is { } path)
        {
            File.WriteAllText(path, table);
        }

        return rows.Any(row => row.Native?.Outcome == StressOutcome.Passed && row.Zone is { Outcome: not StressOutcome.Passed }) ? 1 : 0;
    }

    private StressRun RunOne(Stressor stressor, Side side)
    {
        using WorkFolder folder = new("stress-" + stressor.Name);
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = folder.FullPath,
            ["TMPDIR"] = folder.FullPath,
            ["LC_ALL"] = "C",
        };
        // What is left in the space of processes when the stressor has ended is a leak; the shell is one of them.
        string user = stressor.AsNobody ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
        string script = $"""
            {user}stress-ng --{stressor.Name} {workers} {stressor.Options} --timeout {seconds} --verify --metrics --no-rand-seed --oomable --temp-path {folder.FullPath}
            code=$?
            set -- /proc/[0-9]*
            echo "processes left: $(($# - 1))"
            (exit $code)
            """;
        ProgramResult run = launcher.Run(side, script, folder.FullPath, TimeSpan.FromSeconds(seconds) + Grace, environment);
        if (line.Has("--verbose"))
        {
            Console.WriteLine(run.All);
        }

        return StressOutput.Read(stressor.Name, run);
    }

    private static string Say(StressRun? run) => run switch
    {
        null => "not run",
        { Outcome: StressOutcome.Passed } => $"{run.OperationsPerSecond:N0}/s",
        _ => $"{run.Outcome}: {run.Complaint}",
    } + (run is { MissingCalls.Count: > 0 } ? $" [no {string.Join(", ", run.MissingCalls)}]" : "");

    private string Table(List<(string Name, StressRun? Native, StressRun? Zone)> rows)
    {
        StringBuilder text = new($"""
            `conformance/external/run stress --seconds {seconds} --workers {workers}`: operations a second as stress-ng counts them; the ratio is
            zone to native, more is better. Growth: memory of the whole machine in the last quarter of the run over that in the second.

            | stressor | native | zone | ratio | growth, KiB | in the zone |
            |---|--:|--:|--:|--:|---|

            """);
        foreach ((string name, StressRun? native, StressRun? zone) in rows)
        {
            string ratio = native is { Outcome: StressOutcome.Passed } && zone is { Outcome: StressOutcome.Passed }
                ? $"{zone.OperationsPerSecond / native.OperationsPerSecond:F2}"
                : "";
            text.Append($"| {name} | {Rate(native)} | {Rate(zone)} | {ratio} | {zone?.GrowthKiB} | {Remark(native, zone)} |\n");
        }

        return text.ToString();
    }

    private static string Rate(StressRun? run) => run is { Outcome: StressOutcome.Passed } ? $"{run.OperationsPerSecond:F0}" : run?.Outcome.ToString() ?? "";

    private static string Remark(StressRun? native, StressRun? zone)
    {
        List<string> remarks = [];
        if (zone?.Complaint is { } complaint)
        {
            remarks.Add(complaint.Replace("|", "\\|", StringComparison.Ordinal));
        }
        else if (native?.Complaint is { } nativeComplaint)
        {
            remarks.Add("natively: " + nativeComplaint.Replace("|", "\\|", StringComparison.Ordinal));
        }

        if (zone is not null && zone.Left > (native?.Left ?? 0))
        {
            remarks.Add($"{zone.Left} processes left");
        }

        return string.Join("; ", remarks);
    }
}
