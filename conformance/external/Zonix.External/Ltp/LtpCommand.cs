using System.Buffers;
using Zonix.External.Running;

namespace Zonix.External.Ltp;

/// <summary>Runs tests of the Linux Test Project natively and in a zone.</summary>
internal sealed class LtpCommand
{
    private static readonly TimeSpan ZoneBase = TimeSpan.FromSeconds(20);
    private const int ZoneFactor = 4;
    private static readonly SearchValues<char> ShellCharacters = SearchValues.Create("'\"$;|&<>`*?");

    private readonly LtpOptions options;
    private readonly string logs;
    private readonly Launcher launcher;
    private readonly ResultStore<LtpResult> native;
    private readonly ResultStore<LtpResult> zone;
    private readonly AreaList areas;
    private readonly string nativeIdentity;
    private readonly Lock console = new();

    private LtpCommand(string root, LtpOptions options)
    {
        this.options = options;
        logs = Path.Combine(root, "artifacts", "external", options.IsI386 ? "ltp-i386" : "ltp");
        // Tests ask the release what there is to be tested: both sides show the same one.
        string[] release = options.ZoneOptions.Contains("--kernel-version") ? [] : ["--kernel-version", Environment.OSVersion.Version.ToString(3)];
        launcher = new Launcher(root, ["--stats", .. release, .. options.ZoneOptions]);
        native = new ResultStore<LtpResult>(options.NativeFile);
        zone = new ResultStore<LtpResult>(Path.Combine(logs, "zone.json"));
        areas = AreaList.Read(File.ReadLines(Path.Combine(root, "conformance", "external", "ltp", "areas.txt")));
        nativeIdentity = $"{Environment.OSVersion.VersionString} {(launcher.IsIsolated ? "isolated" : "not isolated")}";
    }

    internal static int Execute(string root, string[] words)
    {
        if (LtpOptions.Parse(words) is not { } options)
        {
            Console.Error.WriteLine(LtpOptions.Usage);
            return 2;
        }

        if (!Directory.Exists(Path.Combine(options.Install, "testcases", "bin")))
        {
            Console.Error.WriteLine($"{options.Install} is no folder that LTP was installed to (--install DIR)");
            return 2;
        }

        return new LtpCommand(root, options).Execute(root);
    }

    private int Execute(string root)
    {
        string[] unknown = [.. options.Areas.Except(areas.Names)];
        if (unknown.Length > 0)
        {
            Console.Error.WriteLine($"no such area: {string.Join(", ", unknown)}; there are {string.Join(", ", areas.Names)}");
            return 2;
        }

        IReadOnlyList<LtpTest> all = areas.Select(options.Install);
        if (options.IsI386)
            all = [.. all.Where(test => test.IsIn(options.Install))];
        LtpTest[] wanted = [.. all.Where(IsWanted)];
        if (options.RunsNative)
        {
            RunAll([.. wanted.Where(test => options.NativeAgain || native[test.Name]?.Identity != nativeIdentity)], Side.Native);
            native.Save();
        }

        if (options.RunsZone)
        {
            if (!launcher.HasZone)
            {
                Console.Error.WriteLine("the zonix program is not built: run eng/build");
                return 2;
            }

            string identity = launcher.ZoneIdentity;
            LtpTest[] inZone = [.. wanted.Where(IsForZone).Where(test => !options.Resumes || zone[test.Name]?.Identity != identity)];
            RunAll(inZone, Side.Zone);
            Retry(inZone);
            zone.Save();
        }

        LtpReport report = new([.. all.Where(test => options.Areas.Count == 0 || options.Areas.Contains(test.Area))], areas, native, zone,
            ReadExpectations(Path.Combine(root, "docs", "compat")));
        Console.WriteLine(report.Table());
        if (options.Markdown is { } markdown)
        {
            File.WriteAllText(markdown, options.IsI386 ? report.MarkdownOfI386() : report.Markdown());
        }

        if (options.Json is { } json)
        {
            File.WriteAllText(json, report.Json());
        }

        return 0;
    }

    private Expectations ReadExpectations(string folder)
    {
        Expectations expectations = Expectations.Read(Path.Combine(folder, "ltp-expectations.txt"));
        return options.IsI386 ? Expectations.Read(Path.Combine(folder, "ltp-i386-expectations.txt"), expectations) : expectations;
    }

    private bool IsWanted(LtpTest test) =>
        (options.Areas.Count == 0 || options.Areas.Contains(test.Area))
        && (options.Only.Count == 0 || options.Only.Any(glob => Glob.Matches(glob, test.Name)))
        && (!options.OnlyFailed || (Passed(native[test.Name]) && !Passed(zone[test.Name])));

    private bool IsForZone(LtpTest test) => options.Only.Count > 0 || native[test.Name] is null || Passed(native[test.Name]);

    private static bool Passed(LtpResult? result) => result?.Verdict == Verdict.Passed;

    private void RunAll(LtpTest[] tests, Side side)
    {
        int done = 0;
        Parallel.ForEach(
            // Areas differ in length; a shared queue keeps both busy to the end.
            System.Collections.Concurrent.Partitioner.Create(tests, System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = options.Jobs },
            test =>
            {
                LtpResult result = RunOne(test, side);
                (side == Side.Native ? native : zone).Add(test.Name, result);
                Show(test, side, result, Interlocked.Increment(ref done), tests.Length);
            });
    }

    /// <summary>A machine that does other things can make a test fail; one that passes later is kept with its count of attempts.</summary>
    private void Retry(LtpTest[] tests)
    {
        for (int attempt = 2; attempt <= options.Retries + 1; attempt++)
        {
            foreach (LtpTest test in tests.Where(test => !Passed(zone[test.Name])))
            {
                LtpResult result = RunOne(test, Side.Zone) with { Attempts = attempt };
                if (Passed(result))
                {
                    zone.Add(test.Name, result);
                    Show(test, Side.Zone, result, attempt, options.Retries + 1);
                }
            }
        }
    }

    private LtpResult RunOne(LtpTest test, Side side)
    {
        using WorkFolder folder = new(test.Name);
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = $"{options.Install}/testcases/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["LTPROOT"] = options.Install,
            ["TMPDIR"] = folder.FullPath,
            ["HOME"] = folder.FullPath,
            ["LC_ALL"] = "C",
            ["LTP_COLORIZE_OUTPUT"] = "n",
            // Tests that wait for a race to happen try for minutes; a fifth of that is enough for a comparison.
            ["LTP_RUNTIME_MUL"] = "0.2",
            // What the host's kernel was configured with says nothing about a zone.
            ["KCONFIG_SKIP_CHECK"] = "1",
        };
        // A zone has no file systems of disks: tests that only want one to work on get a tmpfs.
        if (side == Side.Zone)
            environment["LTP_DEV_FS_TYPE"] = "tmpfs";
        TimeSpan limit = side == Side.Native ? options.Limit : ZoneBase + (TimeSpan.FromSeconds(native[test.Name]?.Seconds ?? 10) * ZoneFactor);
        ProgramResult run = launcher.Run(side, test.Line, folder.FullPath, limit, environment, options.Direct ? Direct(test.Line) : null);
        string log = Path.Combine(logs, side == Side.Native ? "native" : "zone", test.Name + ".log");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        File.WriteAllText(log, $"{test.Line}\n{run.All}\nexit code {run.ExitCode}{(run.TimedOut ? ", killed at the limit" : "")}\n");
        return LtpOutput.Read(test.Name, run) with { Identity = side == Side.Native ? nativeIdentity : launcher.ZoneIdentity };
    }

    /// <summary>The words of a line, the program with its full path; null when the line needs a shell.</summary>
    private List<string>? Direct(string line)
    {
        if (line.AsSpan().ContainsAny(ShellCharacters))
        {
            return null;
        }

        List<string> words = [.. line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)];
        words[0] = Path.Combine(options.Install, "testcases", "bin", words[0]);
        return words;
    }

    private void Show(LtpTest test, Side side, LtpResult result, int done, int count)
    {
        lock (console)
        {
            string where = side == Side.Native ? "native" : "zone";
            Console.WriteLine($"{done}/{count} {where} {test.Name}: {result.Verdict} in {result.Seconds:F1} s {result.Complaint}"
                + (result.MissingCalls.Count > 0 ? $" [no {string.Join(", ", result.MissingCalls)}]" : ""));
            if (options.Verbose)
            {
                Console.WriteLine(File.ReadAllText(Path.Combine(logs, where, test.Name + ".log")));
            }
        }
    }
}
