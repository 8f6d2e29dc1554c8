namespace Zonix.External.Ltp;

/// <summary>What the command line of `run ltp` asks for.</summary>
internal sealed class LtpOptions
{
    internal const string Usage = """
        usage: run ltp --install DIR [options]
          --area A,...       only these areas of ltp/areas.txt
          --only GLOB,...    only tests whose name fits; these are run in the zone also when they do not pass natively
          --native-only, --zone-only, --report-only
          --resume           keep the zone's results of this build; without it the chosen tests are run again
          --again            run also natively again; without it native results are kept
          --failed           only tests that pass natively and did not pass in the zone
          --abi i386         DIR holds LTP built with -m32: only the zone runs it, against what passes natively when built for x86-64
          --direct           start programs without a shell in front
          --retry N          run what failed in the zone up to N times more, alone (0)
          --jobs N           tests at a time (2)
          --limit N          seconds for a native run (180); a zone has 20 seconds and four times the native time
          --native FILE      where native results are kept (~/.cache/zonix/ltp-native.json)
          --markdown FILE    write the report; --json FILE likewise
          --zone-option O    an option of `zonix run`
          -v                 show the output of each test
        """;

    private static readonly string[] Valued =
    [
        "--install", "--area", "--only", "--retry", "--jobs", "--limit", "--native", "--markdown", "--json", "--zone-option", "--abi",
    ];

    private static readonly string[] Flags =
        ["--native-only", "--zone-only", "--report-only", "--resume", "--again", "--failed", "--direct", "--verbose"];

    private readonly CommandLine line;

    private LtpOptions(CommandLine line) => this.line = line;

    internal string Install => line.Value("--install") ?? Environment.GetEnvironmentVariable("LTPROOT") ?? "/opt/ltp";

    internal IReadOnlyList<string> Areas => line.List("--area");

    internal IReadOnlyList<string> Only => [.. line.List("--only"), .. line.Words];

    internal bool IsI386 => line.Value("--abi") == "i386";

    internal bool RunsNative => !IsI386 && !line.Has("--zone-only") && !line.Has("--report-only");

    internal bool RunsZone => !line.Has("--native-only") && !line.Has("--report-only");

    internal bool Resumes => line.Has("--resume");

    internal bool NativeAgain => line.Has("--again");

    internal bool OnlyFailed => line.Has("--failed");

    internal bool Direct => line.Has("--direct");

    internal bool Verbose => line.Has("--verbose");

    internal int Retries => line.Number("--retry", 0);

    internal int Jobs => line.Number("--jobs", 2);

    internal TimeSpan Limit => TimeSpan.FromSeconds(line.Number("--limit", 180));

    internal string NativeFile => line.Value("--native")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "zonix", "ltp-native.json");

    internal string? Markdown => line.Value("--markdown");

    internal string? Json => line.Value("--json");

    internal IReadOnlyList<string> ZoneOptions => line.List("--zone-option");

    internal static LtpOptions? Parse(string[] words)
    {
        CommandLine? line = CommandLine.Parse([.. words.Select(word => word == "-v" ? "--verbose" : word)], Valued, Flags);
        return line is null || line.Value("--abi") is not (null or "i386" or "x86-64") ? null : new LtpOptions(line);
    }
}
