using System.Text;
using Zonix.Host.Files;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>
/// The command line of zonix run and create, read by hand: a parser library would be a notable part of the time from the shell to
/// the guest's first instruction.
/// </summary>
internal sealed partial class RunArguments
{
    private readonly List<byte[]> environment = [];

    /// <summary>How the zone is made.</summary>
    public ZoneOptions Options { get; private set; } = new() { UsesStandardStreams = true };

    /// <summary>The image: "host", or the reference of one; null with a root directory.</summary>
    public string? Image { get; private set; }

    /// <summary>Whether a directory of the host was given as the root.</summary>
    public bool HasRootDirectory { get; private set; }

    /// <summary>The program and its arguments; empty: those of the image.</summary>
    public string[] Command { get; private set; } = [];

    /// <summary>What makes no sense; null when all does.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether help was asked for.</summary>
    public bool WantsHelp { get; private set; }

    /// <summary>Whether calls are traced.</summary>
    public bool Traces { get; private set; }

    /// <summary>The file the trace goes to; null: standard error.</summary>
    public string? TraceFile { get; private set; }

    /// <summary>Whether statistics are printed at the end.</summary>
    public bool Statistics { get; private set; }

    /// <summary>-i: the program reads what is typed at its terminal. Without -t it has standard input anyhow, but in the machine.</summary>
    public bool IsInteractive { get; private set; }

    /// <summary>The working directory that was asked for.</summary>
    public string? WorkingDirectory { get; private set; }

    /// <summary>--entrypoint; null: that of the image, and "" for none.</summary>
    public string? Entrypoint { get; private set; }

    /// <summary>-u, as it was given.</summary>
    public string? User { get; private set; }

    /// <summary>Whether this needs the machine that runs in the background.</summary>
    public bool NeedsMachine { get; private set; }

    /// <summary>What only the machine knows.</summary>
    public MachineArguments Machine { get; } = new();

    /// <summary>Variables that were set by -e and --env-file, NAME=value.</summary>
    public IReadOnlyList<byte[]> GivenEnvironment => environment;

    /// <summary>The environment of a program in the host's own tree: the caller's, changed by -e.</summary>
    public IEnumerable<byte[]> Environment
    {
        get
        {
            foreach (byte[] variable in HostEnvironment.Variables())
            {
                if (!environment.Exists(e => Name(e).SequenceEqual(Name(variable))))
                    yield return variable;
            }
            foreach (byte[] variable in environment)
                yield return variable;
        }
    }

    /// <summary>Whether the zone's root is a tree of the host.</summary>
    public bool IsOfHost => HasRootDirectory || Image == "host";

    /// <summary>Reads the words after "run" or "create".</summary>
    public static RunArguments Parse(string[] words)
    {
        var result = new RunArguments();
        int at = 0;
        while (result.Problem is null && at < words.Length && result.TryTake(words, ref at))
        {
        }
        if (at < words.Length && words[at] == "--")
            at++;
        result.Command = words[at..];
        result.Problem ??= result.Image is null && !result.HasRootDirectory
            ? "an image is missing: 'host' is the host's own file system, --root DIR another directory"
            : null;
        result.NeedsMachine |= result.Image is not null && !result.IsOfHost;
        if (result.IsOfHost && result.Command.Length == 0 && string.IsNullOrEmpty(result.Entrypoint))
            result.Problem ??= "a program is missing: a root of the host names none";
        if (result.Machine is { IsForeground: true, IsDetached: true })
            result.Problem ??= "--foreground and -d exclude each other: the machine ends with the command";
        if (result.NeedsMachine && (result.Traces || result.Statistics))
            result.Problem ??= "--strace and --stats work with programs in a root of the host, that run in the foreground, only";
        return result;
    }

    private static ReadOnlySpan<byte> Name(byte[] variable)
    {
        int equals = variable.AsSpan().IndexOf((byte)'=');
        return equals < 0 ? variable : variable.AsSpan(0, equals);
    }

    // False: the options are over.
    private bool TryTake(string[] words, ref int at)
    {
        string word = words[at];
        if (word == "--" || !word.StartsWith('-') || word.Length == 1)
            return TryTakeImage(word, ref at);
        at++;
        if (!word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2)
            return TakeShort(word, words, ref at);
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string option = equals < 0 ? word : word[..equals];
        if (TrySwitch(option, equals < 0 ? null : word[(equals + 1)..]))
            return true;
        string? value = equals >= 0 ? word[(equals + 1)..] : at < words.Length ? words[at++] : null;
        return TakeValue(option, value);
    }

    private bool TryTakeImage(string word, ref int at)
    {
        if (word == "--" || HasRootDirectory || Image is not null)
            return false;
        Image = word;
        at++;

        // No program's name begins with a dash: options may follow the word that stands for the host.
        return word == "host";
    }

    // -itd, -eNAME=value
    private bool TakeShort(string word, string[] words, ref int at)
    {
        for (int i = 1; i < word.Length; i++)
        {
            string option = "-" + word[i];
            if (TrySwitch(option, null))
                continue;
            string? value = i + 1 < word.Length ? word[(i + 1)..].TrimStart('=') : at < words.Length ? words[at++] : null;
            return TakeValue(option, value);
        }

        return true;
    }

    private bool TakeValue(string option, string? value)
    {
        if (value is null)
            Problem = IsKnown(option) || MachineArguments.IsKnown(option) ? $"{option} wants a value" : ProblemOf(option, "");
        else if (!TryTakeValue(option, value) && !Machine.TryTakeValue(option, value))
            Problem ??= ProblemOf(option, value);
        else if (MachineArguments.IsKnown(option))
            NeedsMachine = true;
        return Problem is null;
    }

    private static string ProblemOf(string option, string value)
    {
        if (option == "--platform")
            return $"--platform {value}: images of linux/amd64 and linux/386 run here, and no others";
        if (option == "--log-driver")
            return $"--log-driver {value}: expected json-file, the only one there is";
        if (IsKnown(option) || MachineArguments.IsKnown(option))
            return $"invalid value \"{value}\" for {option}";
        return RunOptionNames.InPlaceOf(option) is { } advice ? $"{option} is not known here: {advice}" : $"unknown option: {option}";
    }

    private bool TrySwitch(string option, string? value)
    {
        bool isOn = value is null or "true" or "1";
        if (value is not null && !isOn && value is not ("false" or "0"))
            return false;
        switch (option)
        {
            case "--strace":
                Traces = isOn;
                break;
            case "--stats":
                Statistics = isOn;
                break;
            case "--read-only":
                Options = Options with { HasReadOnlyRoot = isOn };
                break;
            case "--large":
                Options = Options with { AlwaysLarge = isOn };
                break;
            case "-i" or "--interactive":
                IsInteractive = isOn;
                break;
            case "-t" or "--tty":
                Options = Options with { HasTerminal = isOn };
                break;
            case "--help":
                WantsHelp = true;
                break;
            case "--rm":
                Machine.Removes = isOn;
                break;
            case "-d" or "--detach":
                Machine.IsDetached = isOn;
                NeedsMachine |= isOn;
                break;
            case "--init":
                Machine.WantsInit = isOn;
                NeedsMachine |= isOn;
                break;
            case "--autoboot":
                Machine.Autoboot = isOn;
                NeedsMachine |= isOn;
                break;
            case "-q" or "--quiet":
                Machine.IsQuiet = isOn;
                break;
            case "-P" or "--publish-all":
                Machine.Network.PublishesAll = isOn;
                NeedsMachine |= isOn;
                break;
            case "--privileged":
                Machine.IsPrivileged = isOn;
                break;
            case "--foreground":
                Machine.IsForeground = isOn;
                NeedsMachine |= isOn;
                break;
            case "--sig-proxy":
                Machine.PassesSignals = isOn;
                break;
            case "--oom-kill-disable":
                if (isOn)
                    Problem = "--oom-kill-disable: when its memory is used up, one of a zone's processes is killed; give it more with --memory";
                break;
            case "--no-healthcheck":
                if (isOn)
                    Machine.SwitchHealthOff();
                NeedsMachine |= isOn;
                break;
            default:
                return false;
        }

        return true;
    }

    private bool TryAddVariable(string assignment)
    {
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0)
            environment.Add(Encoding.UTF8.GetBytes(assignment));
        else if (equals < 0 && assignment.Length > 0 && System.Environment.GetEnvironmentVariable(assignment) is { } own)
            environment.Add(Encoding.UTF8.GetBytes($"{assignment}={own}"));
        return assignment.Length > 0 && equals != 0;
    }

    private bool TryAddVariables(string file)
    {
        try
        {
            foreach (string line in File.ReadLines(file))
            {
                string text = line.TrimStart();
                if (text.Length > 0 && text[0] != '#' && !TryAddVariable(text))
                    return false;
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"--env-file: {e.Message}";
            return false;
        }
    }
}
