using System.Text;
using Zonix.External.Running;

namespace Zonix.External.Scripts;

/// <summary>Runs the tests that come with an interpreter's source, script by script, with the host's interpreter.</summary>
internal sealed class ScriptsCommand
{
    private const string Usage = """
        usage: run scripts [TEST...] [options]        SUITE/TEST globs; all of scripts/suites.txt if none is given
          --limit N          seconds for a script (90)
          --native-only, --zone-only, --report-only
          --again            run also natively again; without it native results are kept
          --jobs N           scripts at a time (2)
          --markdown FILE    write the report
          --zone-option O    an option of `zonix run`
          -v                 show the output of the runs in a zone
        """;

    private readonly string root;
    private readonly CommandLine line;
    private readonly Launcher launcher;
    private readonly ResultStore<ScriptResult> native;
    private readonly ResultStore<ScriptResult> zone;
    private readonly Lock console = new();

    private ScriptsCommand(string root, CommandLine line)
    {
        this.root = root;
        this.line = line;
        launcher = new Launcher(root, ["--stats", .. line.List("--zone-option")]);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        native = new ResultStore<ScriptResult>(Path.Combine(home, ".cache", "zonix", "scripts-native.json"));
        zone = new ResultStore<ScriptResult>(Path.Combine(root, "artifacts", "external", "scripts", "zone.json"));
    }

    internal static int Execute(string root, string[] words)
    {
        CommandLine? line = CommandLine.Parse([.. words.Select(word => word == "-v" ? "--verbose" : word)],
            ["--limit", "--jobs", "--markdown", "--zone-option"], ["--native-only", "--zone-only", "--report-only", "--again", "--verbose"]);
        if (line is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        return new ScriptsCommand(root, line).Execute();
    }

    private int Execute()
    {
        StringBuilder report = new("""
            # Tests of bash and perl

            Made by `conformance/external/run scripts`: the interpreters' own tests, with the host's interpreter, natively and in a zone. A
            script passes in a zone when it says the same as natively.

            | suite | scripts | pass natively | of these in a zone | ratio |
            |---|--:|--:|--:|--:|

            """);
        StringBuilder differences = new("\n| script | in the zone |\n|---|---|\n");
        foreach (ScriptSuite suite in ScriptSuite.Read(File.ReadLines(Path.Combine(root, "conformance", "external", "scripts", "suites.txt"))))
        {
            if (Prepare(suite) is not { } folder)
            {
                return 1;
            }

            string[] tests = [.. suite.Select(folder).Where(test => line.Words.Count == 0 || line.Words.Any(glob => Glob.Matches(glob, $"{suite.Name}/{test}")))];
            Run(suite, folder, tests);
            Add(suite, tests, report, differences);
        }

        native.Save();
        zone.Save();
        report.Append(differences);
        Console.WriteLine(report);
        if (line.Value("--markdown") is { } path)
        {
            File.WriteAllText(path, report.ToString());
        }

        return 0;
    }

    /// <summary>A copy of the source that the native runs may write to; a zone sees it as it is then.</summary>
    private string? Prepare(ScriptSuite suite)
    {
        string copy = Path.Combine(Path.GetTempPath(), "zonix-external-scripts", suite.Name);
        if (Directory.Exists(copy))
        {
            return copy;
        }

        if (DebianSource.Unpack(root, suite.Package) is not { } source)
        {
            return null;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        string staged = copy + ".new";
        ProgramResult made = ProgramRun.Start(
            ["bash", "-ec", $"rm -rf '{staged}'; cp -a '{source}' '{staged}'; cd '{staged}'; {suite.Preparation}"],
            "/", TimeSpan.FromMinutes(3), [new("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")]);
        if (made.ExitCode != 0)
        {
            Console.Error.WriteLine($"{suite.Name}: {made.All}");
            return null;
        }

        Directory.Move(staged, copy);
        return copy;
    }

    private void Run(ScriptSuite suite, string folder, string[] tests)
    {
        ParallelOptions jobs = new() { MaxDegreeOfParallelism = line.Number("--jobs", 2) };
        if (!line.Has("--zone-only") && !line.Has("--report-only"))
        {
            // One after the other: they share a folder, and some use the same names in it.
            foreach (string test in tests.Where(test => line.Has("--again") || native[Key(suite, test)] is null))
            {
                RunOne(suite, folder, test, Side.Native, native);
            }
        }

        if (!line.Has("--native-only") && !line.Has("--report-only"))
        {
            Parallel.ForEach(tests.Where(test => line.Words.Count > 0 || native[Key(suite, test)] is null or { Passed: true }), jobs,
                test => RunOne(suite, folder, test, Side.Zone, zone));
        }
    }

    private void RunOne(ScriptSuite suite, string folder, string test, Side side, ResultStore<ScriptResult> store)
    {
        using WorkFolder work = new($"{suite.Name}-{test}");
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = work.FullPath,
            ["TMPDIR"] = work.FullPath,
            ["LC_ALL"] = "C",
        };
        string text = suite.Line.Replace("{test}", test, StringComparison.Ordinal);
        ProgramResult run = launcher.Run(side, text, Path.Combine(folder, suite.Folder), TimeSpan.FromSeconds(line.Number("--limit", 90)), environment);
        ScriptResult result = ScriptResult.Read(run);
        store.Add(Key(suite, test), result);
        string difference = side == Side.Zone && native[Key(suite, test)] is { } left ? left.Difference(result) ?? "same" : "";
        lock (console)
        {
            Console.WriteLine($"{(side == Side.Native ? "native" : "zone")} {suite.Name}/{test}: {(result.Passed ? "passed" : "failed")} in {result.Seconds:F1} s {difference}");
            if (side == Side.Zone && line.Has("--verbose"))
            {
                Console.WriteLine(run.All);
            }
        }
    }

    private void Add(ScriptSuite suite, string[] tests, StringBuilder report, StringBuilder differences)
    {
        int good = 0;
        int both = 0;
        foreach (string test in tests)
        {
            if (native[Key(suite, test)] is not { Passed: true } left)
            {
                continue;
            }

            good++;
            if (zone[Key(suite, test)] is not { } right)
            {
                continue;
            }

            string? difference = left.Difference(right);
            both += difference is null ? 1 : 0;
            if (difference is not null)
            {
                differences.Append($"| {suite.Name}/{test} | {difference.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }

        report.Append($"| {suite.Name} | {tests.Length} | {good} | {both} | {(good == 0 ? "" : $"{100.0 * both / good:F0} %")} |\n");
    }

    private static string Key(ScriptSuite suite, string test) => $"{suite.Name}/{test}";
}
