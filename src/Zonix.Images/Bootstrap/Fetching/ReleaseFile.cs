using System.Globalization;
using Zonix.Images.Bootstrap.Control;

namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>What an archive says of a suite: its names, dates and the hashes of its indexes. DebianRepository/Format.</summary>
public sealed class ReleaseFile
{
    private readonly Dictionary<string, FileHash> files = new(StringComparer.Ordinal);
    private readonly ControlParagraph paragraph;
    private readonly string name;

    /// <summary>Reads a text whose signature has been verified.</summary>
    /// <param name="content">The text.</param>
    /// <param name="name">Where it comes from, for messages.</param>
    public ReleaseFile(ReadOnlyMemory<byte> content, string name)
    {
        int at = 0;
        if (!ControlReader.Next(content, ref at, out paragraph))
            throw new BootstrapException($"{name} is empty");
        this.name = name;
        foreach (string line in (paragraph["SHA256"u8] ?? throw new BootstrapException($"{name} lists no SHA256 of its indexes")).Split('\n'))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var hash, var size, var path]
                && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long length))
                files[path] = new FileHash(hash.ToLowerInvariant(), length);
        }
    }

    /// <summary>The suite: stable, oldstable-updates ...</summary>
    public string? Suite => paragraph["Suite"u8];

    /// <summary>The name that stays: bookworm, bookworm-updates ...</summary>
    public string? Codename => paragraph["Codename"u8];

    /// <summary>When it was made.</summary>
    public DateTimeOffset Date => Time("Date"u8) ?? throw new BootstrapException($"{name} has no date");

    /// <summary>Whether indexes can be had by their hash.</summary>
    public bool HasHashedNames => paragraph["Acquire-By-Hash"u8] == "yes";

    /// <summary>The architectures that it has packages for.</summary>
    public IReadOnlyList<string> Architectures => (paragraph["Architectures"u8] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What an index must be, by its path relative to the release; null: there is no such index.</summary>
    public FileHash? Find(string path) => files.TryGetValue(path, out FileHash hash) ? hash : null;

    /// <summary>Refuses one of another suite, one that is too old and one of the future.</summary>
    /// <param name="suite">What was asked for: a suite or a code name.</param>
    /// <param name="now">The present time.</param>
    /// <param name="checksValidUntil">Whether it must not be past its Valid-Until.</param>
    /// <param name="checksDate">Whether its date must have come.</param>
    public void Check(string suite, DateTimeOffset now, bool checksValidUntil, bool checksDate)
    {
        // apt allows clocks to differ by as much.
        TimeSpan slack = TimeSpan.FromSeconds(10);
        if (suite != Suite && suite != Codename)
            throw new BootstrapException($"{name} is of {Codename ?? Suite ?? "a suite without a name"}, not of {suite}");
        if (checksDate && Date > now + slack)
            throw new BootstrapException($"{name} is of {Date:u}, which is still to come: is this machine's clock right?");
        if (checksValidUntil && Time("Valid-Until"u8) is { } end && end < now)
            throw new BootstrapException($"{name} was valid until {end:u}: the mirror is no longer kept up to date (Acquire::Check-Valid-Until is apt's setting to allow that)");
    }

    private DateTimeOffset? Time(ReadOnlySpan<byte> field)
    {
        if (paragraph[field] is not { } text)
            return null;
        string[] formats = ["ddd, d MMM yyyy H:mm:ss 'UTC'", "ddd, d MMM yyyy H:mm:ss 'GMT'", "ddd, d MMM yyyy H:mm:ss '+0000'"];
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time : throw new BootstrapException($"{name} has a date that is none: '{text}'");
    }
}
