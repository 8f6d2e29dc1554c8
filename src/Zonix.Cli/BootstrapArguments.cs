using Zonix.Images.Bootstrap;

namespace Zonix.Cli;

/// <summary>The command line of zonix bootstrap.</summary>
internal sealed class BootstrapArguments
{
    /// <summary>Which Debian, and from where.</summary>
    public required BootstrapOptions Options { get; init; }

    /// <summary>Where the archive goes.</summary>
    public required string Output { get; init; }

    /// <summary>Whether progress is not shown.</summary>
    public required bool IsQuiet { get; init; }

    /// <summary>Reads the words after "bootstrap"; null when they make no sense.</summary>
    public static BootstrapArguments? Parse(string[] words)
    {
        string? suite = null, output = null;
        bool isQuiet = false;
        var options = new BootstrapOptions { Suite = "", CacheDirectory = CacheDirectory(), SourceDateEpoch = SourceDateEpoch() };
        for (int at = 0; at < words.Length; at++)
        {
            if (words[at] is "-q" or "--quiet")
                isQuiet = true;
            else if (!words[at].StartsWith('-') && suite is null)
                suite = words[at];
            else if (at + 1 < words.Length && words[at] is "-o" or "--output")
                output = words[++at];
            else if (at + 1 < words.Length && Take(options, words[at], words[at + 1]) is { } taken)
                (options, at) = (taken, at + 1);
            else
                return null;
        }
        return suite is null ? null : new BootstrapArguments
        {
            Options = options with { Suite = suite }, Output = output ?? $"{suite}.tar", IsQuiet = isQuiet,
        };
    }

    private static BootstrapOptions? Take(BootstrapOptions options, string option, string value) => option switch
    {
        "--mirror" => Uri.TryCreate(value, UriKind.Absolute, out Uri? mirror) ? options with { Mirror = mirror } : null,
        "--keyring" => options with { Keyrings = [.. options.Keyrings, value] },
        "--include" => options with { Include = [.. options.Include, .. value.Split(',', StringSplitOptions.RemoveEmptyEntries)] },
        "--arch" => options with { Architecture = value },
        "--variant" => Variant(value) is { } variant ? options with { Variant = variant } : null,
        _ => null,
    };

    private static BootstrapVariant? Variant(string name) => name switch
    {
        "minbase" => BootstrapVariant.Minbase,
        "essential" => BootstrapVariant.Essential,
        "standard" or "-" => BootstrapVariant.Standard,
        "buildd" => BootstrapVariant.Buildd,
        _ => null,
    };

    private static long? SourceDateEpoch() => long.TryParse(Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH"), out long epoch) ? epoch : null;

    private static string CacheDirectory()
    {
        string? state = Environment.GetEnvironmentVariable("ZONIX_HOME");
        if (string.IsNullOrEmpty(state))
        {
            string? data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
            state = string.IsNullOrEmpty(data)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/share/zonix") : Path.Combine(data, "zonix");
        }
        return Path.Combine(state, "cache", "debs");
    }
}
