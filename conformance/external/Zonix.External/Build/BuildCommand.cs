using Zonix.External.Running;

namespace Zonix.External.Build;

/// <summary>Builds packages from Debian's sources natively and in a zone, and compares every file that comes out, bit for bit.</summary>
internal sealed class BuildCommand
{
    private const string Usage = """
        usage: run build [PACKAGE...] [options]       those of build/packages.txt if none is named
          --limit N          seconds for each build (900)
          --native-only, --zone-only
          --twice            natively twice in place of a zone: tells whether a build repeats itself at all
          --zone-option O    an option of `zonix run`
          -v                 show the output of the builds
        """;

    /// <summary>Written by configure; they tell times and process numbers.</summary>
    private const string Personal = "config.log config.status confdefs.h configure.log";

    private const int ShownFiles = 20;

    private readonly CommandLine line;
    private readonly Launcher launcher;
    private readonly string folder;
    private readonly string root;

    private BuildCommand(string root, CommandLine line)
    {
        this.root = root;
        this.line = line;
        launcher = new Launcher(root, ["--stats", .. line.List("--zone-option")]);
        folder = Path.Combine(root, "conformance", "external", "build");
    }

    internal static int Execute(string root, string[] words)
    {
        CommandLine? line = CommandLine.Parse([.. words.Select(word => word == "-v" ? "--verbose" : word)],
            ["--limit", "--zone-option"], ["--native-only", "--zone-only", "--twice", "--verbose"]);
        if (line is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        BuildCommand command = new(root, line);
        bool good = true;
        foreach ((string package, string script) in command.Packages())
        {
            if (line.Words.Count == 0 || line.Words.Contains(package))
            {
                good &= command.Build(package, script);
            }
        }

        return good ? 0 : 1;
    }

    private Dictionary<string, string> Packages()
    {
        Dictionary<string, string> packages = [];
        string? current = null;
        foreach (string text in File.ReadLines(Path.Combine(folder, "packages.txt")).Where(text => text.Length > 0 && text[0] != '#'))
        {
            if (text[0] == '[')
            {
                current = text[1..^1];
                packages[current] = "";
            }
            else
            {
                packages[current!] += text + "\n";
            }
        }

        return packages;
    }

    private bool Build(string package, string script)
    {
        if (DebianSource.Unpack(root, package) is not { } source)
        {
            return false;
        }

        ProgramResult? native = line.Has("--zone-only") ? null : RunOne(package, script, source, Side.Native);
        ProgramResult? zone = line.Has("--native-only") ? null : RunOne(package, script, source, line.Has("--twice") ? Side.Native : Side.Zone);
        if (native is null || zone is null)
        {
            return (native ?? zone)?.ExitCode == 0;
        }

        Dictionary<string, string> left = Digests(native.Output);
        Dictionary<string, string> right = Digests(zone.Output);
        string[] different = [.. left.Keys.Union(right.Keys).Where(name => left.GetValueOrDefault(name) != right.GetValueOrDefault(name)).Order(StringComparer.Ordinal)];
        Console.WriteLine($"{package}: {left.Count} files natively, {right.Count} in the zone, {different.Length} differ; time "
            + $"{native.Elapsed.TotalSeconds:F1} s and {zone.Elapsed.TotalSeconds:F1} s, ratio {zone.Elapsed / native.Elapsed:F2}");
        foreach (string name in different.Take(ShownFiles))
        {
            Console.WriteLine($"  {name}: {left.GetValueOrDefault(name, "missing")} natively, {right.GetValueOrDefault(name, "missing")} in the zone");
        }

        return native.ExitCode == 0 && zone.ExitCode == 0 && left.Count > 0 && different.Length == 0;
    }

    private ProgramResult RunOne(string package, string script, string source, Side side)
    {
        // The same path on both sides: some builds note where they were made.
        string work = Path.Combine(Path.GetTempPath(), "zonix-external-build", package);
        if (Directory.Exists(work))
        {
            Directory.Delete(work, recursive: true);
        }

        Directory.CreateDirectory(work);
        Dictionary<string, string> environment = new()
        {
            ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = work,
            ["TMPDIR"] = work,
            ["LC_ALL"] = "C",
            ["SOURCE_DATE_EPOCH"] = "1700000000",
        };
        string ignored = string.Concat(Personal.Split(' ').Select(name => $" ! -name {name}"));
        string whole = $"""
            set -e
            cp -a {source} source
            cd source
            (set -e
            {script}) >&2
            find . -type f{ignored} -exec sha256sum -- '{"{}"}' +
            """;
        ProgramResult run = launcher.Run(side, whole, work, TimeSpan.FromSeconds(line.Number("--limit", 900)), environment);
        string where = side == Side.Native ? "natively" : "in the zone";
        if (line.Has("--verbose"))
        {
            Console.WriteLine(run.Error);
        }

        if (run.ExitCode != 0)
        {
            Console.WriteLine($"{package} {where}: {(run.TimedOut ? "no end" : $"exit code {run.ExitCode}")} after {run.Elapsed.TotalSeconds:F1} s\n"
                + string.Join('\n', run.Error.TrimEnd().Split('\n').TakeLast(ShownFiles)));
        }

        Directory.Delete(work, recursive: true);
        return run;
    }

    private static Dictionary<string, string> Digests(string output) =>
        output.Split('\n').Select(text => text.Split("  ", 2)).Where(parts => parts.Length == 2).ToDictionary(parts => parts[1], parts => parts[0]);
}
