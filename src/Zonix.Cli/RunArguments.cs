using System.Globalization;
using System.Text;
using Zonix.Host.Files;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>
/// The command line of zonix run, read by hand: a parser library would be a notable part of the time from the shell to the
/// guest's first instruction.
/// </summary>
internal sealed partial class RunArguments
{
    private readonly List<byte[]> environment = [];
    private bool hasRoot;

    /// <summary>How the zone is made.</summary>
    public ZoneOptions Options { get; private set; } = new() { UsesStandardStreams = true };

    /// <summary>The program and its arguments.</summary>
    public string[] Command { get; private set; } = [];

    /// <summary>Whether calls are traced.</summary>
    public bool Traces { get; private set; }

    /// <summary>The file the trace goes to; null: standard error.</summary>
    public string? TraceFile { get; private set; }

    /// <summary>Whether statistics are printed at the end.</summary>
    public bool Statistics { get; private set; }

    /// <summary>-i: the program reads what is typed at its terminal. Without -t it has standard input anyhow.</summary>
    public bool IsInteractive { get; private set; }

    /// <summary>The working directory that was asked for.</summary>
    public string? WorkingDirectory { get; private set; }

    /// <summary>The program's environment: the caller's, changed by -e.</summary>
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

    /// <summary>Reads the words after "run"; null when they make no sense.</summary>
    public static RunArguments? Parse(string[] words)
    {
        var result = new RunArguments();
        int at = 0;
        while (at < words.Length && result.TryTake(words, ref at))
        {
        }
        if (at < words.Length && words[at] == "--")
            at++;
        result.Command = words[at..];
        return result.hasRoot && result.Command.Length > 0 ? result : null;
    }

    private static ReadOnlySpan<byte> Name(byte[] variable)
    {
        int equals = variable.AsSpan().IndexOf((byte)'=');
        return equals < 0 ? variable : variable.AsSpan(0, equals);
    }

    private bool TryTake(string[] words, ref int at)
    {
        switch (words[at])
        {
            case "host" when !hasRoot:
                hasRoot = true;
                break;
            case "--strace":
                Traces = true;
                break;
            case "--stats":
                Statistics = true;
                break;
            case "--read-only":
                Options = Options with { HasReadOnlyRoot = true };
                break;
            case "--large":
                Options = Options with { AlwaysLarge = true };
                break;
            case "-i" or "--interactive":
                IsInteractive = true;
                break;
            case "-t" or "--tty":
                Options = Options with { HasTerminal = true };
                break;
            case "-it" or "-ti":
                IsInteractive = true;
                Options = Options with { HasTerminal = true };
                break;
            case "--":
                return false;
            case var option when option.StartsWith('-'):
                if (at + 1 == words.Length || !TryTakeValue(option, words[at + 1]))
                    return false;
                at++;
                break;
            default:
                return false;
        }
        at++;
        return true;
    }

    private bool TryTakeValue(string option, string value)
    {
        switch (option)
        {
            case "--root":
                hasRoot = true;
                Options = Options with { RootDirectory = value };
                return true;
            case "-o" or "--output":
                Traces = true;
                TraceFile = value;
                return true;
            case "-w" or "--workdir":
                WorkingDirectory = value;
                return true;
            case "-v" or "--volume":
                return TryAddVolume(value);
            case "--mount":
                return TryAddMount(value);
            case "--tmpfs":
                return TryAddMemoryDirectory(value);
            case "-m" or "--memory":
                return TrySetMemory(value);
            case "-e" or "--env":
                return TryAddVariable(value);
            case "--cpus":
                return TrySetCpus(value);
            case "--cpu-shares" or "-c":
                return TrySetShares(value);
            case "-u" or "--user":
                return TrySetUser(value);
            default:
                return false;
        }
    }

    // As with docker, a name alone means the caller's value, which is passed on anyhow.
    private bool TryAddVariable(string assignment)
    {
        if (assignment.Contains('=', StringComparison.Ordinal))
            environment.Add(Encoding.UTF8.GetBytes(assignment));
        return assignment.Length > 0 && assignment[0] != '=';
    }

    // As docker's: a number with up to three decimals.
    private bool TrySetCpus(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal cpus) || cpus is < 0.01m or > 1024)
            return false;
        Options = Options with { MilliCpus = (int)(cpus * 1000) };
        return true;
    }

    private bool TrySetShares(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int shares) || shares is < 2 or > 262144)
            return false;
        Options = Options with { CpuShares = shares };
        return true;
    }

    // A number of bytes, or of KiB, MiB or GiB with k, m or g behind it.
    private bool TrySetMemory(string text)
    {
        int shift = text.Length == 0 ? 0 : char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        string digits = shift == 0 ? text : text[..^1];
        if (!ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong size) || size == 0 || size > ulong.MaxValue >> shift)
            return false;
        Options = Options with { MemoryLimit = size << shift };
        return true;
    }

    private bool TrySetUser(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length > 2 || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint user))
            return false;
        uint group = user;
        if (parts.Length == 2 && !uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out group))
            return false;
        Options = Options with { UserId = user, GroupId = group };
        return true;
    }
}
