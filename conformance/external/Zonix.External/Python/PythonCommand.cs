using System.Text;
using System.Text.RegularExpressions;
using Zonix.External.Running;

namespace Zonix.External.Python;

/// <summary>Runs modules of CPython's own tests natively and in a zone and compares method by method.</summary>
internal sealed partial class PythonCommand
{
    private const string Usage = """
        usage: run python [MODULE...] [options]       those of python/modules.txt if none is named
          --python FILE      the interpreter (/usr/bin/python3)
          --tests DIR        the folder that holds the package `test`, if the interpreter has none of its own
          --method-limit N   seconds for one method (60)
          --native-only, --zone-only, --report-only
          --again            run also natively again; without it native results are kept
          --jobs N           modules at a time (2)
          --native FILE      where native results are kept (~/.cache/zonix/python-native.json)
          --markdown FILE    write the report
          --zone-option O    an option of `zonix run`
        """;

    /// <summary>Each start beyond the first costs one method that ended the process.</summary>
    private const int MostStarts = 25;

    private readonly CommandLine line;
    private readonly Launcher launcher;
    private readonly string script;
    private readonly string logs;
    private readonly string python;
    private readonly int methodLimit;
    private readonly Expectations expectations;
    private readonly ResultStore<ModuleResult> native;
    private readonly ResultStore<ModuleResult> zone;

    private PythonCommand(string root, CommandLine line)
    {
        this.line = line;
        launcher = new Launcher(root, ["--stats", .. line.List("--zone-option")]);
        script = Path.Combine(root, "conformance", "external", "python", "methods.py");
        logs = Path.Combine(root, "artifacts", "external", "python");
        expectations = Expectations.Read(Path.Combine(root, "docs", "compat", "python-expectations.txt"));
        python = line.Value("--python") ?? "/usr/bin/python3";
        methodLimit = line.Number("--method-limit", 60);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        native = new ResultStore<ModuleResult>(line.Value("--native") ?? Path.Combine(home, ".cache", "zonix", "python-native.json"));
        zone = new ResultStore<ModuleResult>(Path.Combine(logs, "zone.json"));
    }

    internal static int Execute(string root, string[] words)
    {
        CommandLine? line = CommandLine.Parse(words,
            ["--python", "--tests", "--method-limit", "--jobs", "--native", "--markdown", "--zone-option"],
            ["--native-only", "--zone-only", "--report-only", "--again"]);
        if (line is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        string[] modules = line.Words.Count > 0
            ? [.. line.Words]
            : [.. File.ReadLines(Path.Combine(root, "conformance", "external", "python", "modules.txt"))
                .Where(text => !text.StartsWith('#'))
                .SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return new PythonCommand(root, line).Execute(modules);
    }

    private int Execute(string[] modules)
    {
        ParallelOptions jobs = new() { MaxDegreeOfParallelism = line.Number("--jobs", 2) };
        if (!line.Has("--zone-only") && !line.Has("--report-only"))
        {
            Parallel.ForEach(modules.Where(module => line.Has("--again") || native[module] is null), jobs, module => Run(module, Side.Native, native));
        }

        if (!line.Has("--native-only") && !line.Has("--report-only"))
        {
            Parallel.ForEach(modules, jobs, module => Run(module, Side.Zone, zone));
        }

        string report = Report(modules);
        Console.WriteLine(report);
        if (line.Value("--markdown") is { } path)
        {
            File.WriteAllText(path, report);
        }

        return 0;
    }

    private void Run(string module, Side side, ResultStore<ModuleResult> store)
    {
        SortedDictionary<string, MethodResult> methods = new(StringComparer.Ordinal);
        HashSet<string> missing = [];
        StringBuilder log = new();
        double seconds = 0;
        for (int start = 0; start < MostStarts; start++)
        {
            ProgramResult run = RunOnce(module, side, methods.Keys);
            seconds += run.Elapsed.TotalSeconds;
            log.Append(run.All).Append($"\nexit code {run.ExitCode}{(run.TimedOut ? ", killed at the limit" : "")}\n\n");
            missing.UnionWith(MissingCall().Matches(run.Error).Select(match => match.Groups[1].Value));
            MethodOutput output = MethodOutput.Read(run.Output);
            foreach ((string id, MethodResult result) in output.Ended)
            {
                methods[id] = result;
            }

            if (output.Complete)
            {
                break;
            }

            string last = run.Error.Split('\n').LastOrDefault(text => text.Trim().Length > 0 && !StatisticsLine.Is(text)) ?? "";
            string kind = run.TimedOut || run.Error.Contains("Timeout (", StringComparison.Ordinal) ? "hang" : "crash";
            methods[output.Open ?? $"{module} (outside of a method)"] = new MethodResult(kind, $"exit code {run.ExitCode}; {last}");
            if (output.Open is null)
            {
                break;
            }
        }

        store.Add(module, new ModuleResult { Methods = methods, Seconds = Math.Round(seconds, 1), MissingCalls = [.. missing] });
        store.Save();
        string where = side == Side.Native ? "native" : "zone";
        Directory.CreateDirectory(Path.Combine(logs, where));
        File.WriteAllText(Path.Combine(logs, where, module + ".log"), log.ToString());
        Console.WriteLine($"{where} {module}: {methods.Values.Count(method => method.Kind == "ok")} of {methods.Count} ok in {seconds:F1} s");
    }

    private ProgramResult RunOnce(string module, Side side, IEnumerable<string> done)
    {
        using WorkFolder folder = new("python-" + module);
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = folder.FullPath,
            ["TMPDIR"] = folder.FullPath,
            ["LC_ALL"] = "C.UTF-8",
        };
        if (line.Value("--tests") is { } tests)
        {
            environment["PYTHONPATH"] = tests;
        }

        string ids = string.Concat(done.Select(id => $" '{id.Replace("'", "", StringComparison.Ordinal)}'"));
        // One method may take its limit; the whole module may take ten.
        return launcher.Run(side, $"{python} {script} {module} {methodLimit}{ids}", folder.FullPath, TimeSpan.FromSeconds(methodLimit * 10), environment);
    }

    private string Report(string[] modules)
    {
        StringBuilder text = new("""
            # CPython's own tests

            Made by `conformance/external/run python`: methods of CPython's test package, natively and in a zone. Why a method does not
            pass in a zone is told by python-expectations.txt.

            | module | methods | ok natively | of these in a zone | ratio |
            |---|--:|--:|--:|--:|

            """);
        SortedDictionary<string, List<string>> reasons = new(StringComparer.Ordinal);
        StringBuilder unexplained = new();
        List<string> notRun = [];
        int allNative = 0;
        int allBoth = 0;
        foreach (string module in modules)
        {
            if (native[module] is not { } left || zone[module] is not { } right)
            {
                notRun.Add(module);
                continue;
            }

            string[] good = [.. left.Methods.Where(method => method.Value.Kind == "ok").Select(method => method.Key)];
            int both = 0;
            foreach (string id in good)
            {
                MethodResult? here = right.Methods.GetValueOrDefault(id);
                if (here?.Kind == "ok")
                {
                    both++;
                }
                else
                {
                    string name = id.StartsWith("test.", StringComparison.Ordinal) ? id[5..] : id;
                    string reason = expectations.Reason($"{name} {here?.Text}");
                    if (reason.Length == 0)
                    {
                        unexplained.Append($"| {name} | {here?.Kind ?? "not run"} {Cell(here?.Text)} |\n");
                    }
                    else if (!reasons.TryAdd(reason, [name]))
                    {
                        reasons[reason].Add(name);
                    }
                }
            }

            allNative += good.Length;
            allBoth += both;
            text.Append($"| {module} | {left.Methods.Count} | {good.Length} | {both} | {Percent(both, good.Length)} |\n");
        }

        text.Append($"| all | | {allNative} | {allBoth} | {Percent(allBoth, allNative)} |\n");
        if (notRun.Count > 0)
        {
            text.Append($"\nNot run on both sides: {string.Join(", ", notRun)}.\n");
        }

        foreach ((string reason, List<string> names) in reasons)
        {
            text.Append($"\n{names.Count} methods: {reason}\n\n{string.Concat(names.Select(name => $"- {name}\n"))}");
        }

        return unexplained.Length == 0 ? text.ToString()
            : text.Append("\nNot explained:\n\n| method | in the zone |\n|---|---|\n").Append(unexplained).ToString();
    }

    private static string Percent(int part, int whole) => whole == 0 ? "" : $"{100.0 * part / whole:F0} %";

    private static string Cell(string? text)
    {
        string cell = (text ?? "").Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
        return cell.Length > 160 ? "…" + cell[^160..] : cell;
    }

    [GeneratedRegex(@"^missing call: (.+), \d+ times$", RegexOptions.Multiline)]
    private static partial Regex MissingCall();
}
