using System.Text.RegularExpressions;

namespace Zonix.Images.References;

/// <summary>
/// The name of an image as docker writes it: [HOST[:PORT]/]PATH[:TAG][@DIGEST]. Without a host it is docker.io's, there without
/// a slash it is library/'s, without tag and digest it is "latest".
/// </summary>
public sealed partial record ImageReference
{
    private const string DefaultHost = "docker.io", DefaultFolder = "library/";

    private ImageReference(string host, string path, string? tag, Digest? digest)
    {
        Host = host;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>The registry, with its port if one was given: "docker.io", "localhost:5000".</summary>
    public string Host { get; }

    /// <summary>The repository there: "library/debian".</summary>
    public string Path { get; }

    /// <summary>The tag; null when a digest alone was given.</summary>
    public string? Tag { get; }

    /// <summary>The digest of the manifest; null when none was given.</summary>
    public Digest? Digest { get; }

    /// <summary>Host and path: "docker.io/library/debian".</summary>
    public string Repository => $"{Host}/{Path}";

    /// <summary>The whole name, nothing left out.</summary>
    public string Full => Repository + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>As docker shows it: "debian" for docker.io/library/debian.</summary>
    public string FamiliarRepository =>
        Host != DefaultHost ? Repository : Path.StartsWith(DefaultFolder, StringComparison.Ordinal) ? Path[DefaultFolder.Length..] : Path;

    /// <summary>As docker shows it, with tag and digest: "debian:bookworm".</summary>
    public string Familiar => FamiliarRepository + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>Reads a name; <see cref="ImageException"/> says what is wrong with it.</summary>
    public static ImageReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out ImageReference? reference, out string? wrong) ? reference! : throw new ImageException($"invalid reference '{text}': {wrong}");
    }

    /// <summary>Reads a name; null when it is none.</summary>
    public static ImageReference? TryParse(string text) => TryParse(text, out ImageReference? reference, out _) ? reference : null;

    /// <summary>The same repository with another tag, and without a digest.</summary>
    public ImageReference WithTag(string tag) => Parse($"{Repository}:{tag}");

    /// <summary>The same repository, by digest alone.</summary>
    public ImageReference WithDigest(Digest digest) => new(Host, Path, null, digest);

    /// <inheritdoc/>
    public override string ToString() => Familiar;

    private static bool TryParse(string text, out ImageReference? reference, out string? wrong)
    {
        (reference, wrong) = (null, null);
        string rest = text;
        Digest? digest = null;
        if (rest.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            if (!Images.Digest.TryParse(rest[(at + 1)..], out Digest found))
                wrong = "what follows '@' is no sha256 digest";
            digest = found;
            rest = rest[..at];
        }
        string? tag = null;
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!TagForm().IsMatch(tag))
                wrong ??= "a tag has at most 128 letters, digits, '_', '.' and '-', and begins with none of the last two";
        }
        string host = DefaultHost;
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && IsHost(rest[..slash]))
        {
            host = rest[..slash] == "index.docker.io" ? DefaultHost : rest[..slash];
            rest = rest[(slash + 1)..];
            if (!HostForm().IsMatch(host))
                wrong ??= $"'{host}' is no host";
        }
        if (host == DefaultHost && !rest.Contains('/', StringComparison.Ordinal))
            rest = DefaultFolder + rest;
        if (!PathForm().IsMatch(rest) || rest.Length > 255)
            wrong ??= rest.Any(char.IsUpper) ? "a repository's name has lowercase letters only" : "a repository's name is lowercase letters and digits, with '.', '_', '__' or '-' between them, and slashes";
        if (wrong is null)
            reference = new ImageReference(host, rest, tag ?? (digest is null ? "latest" : null), digest);
        return wrong is null;
    }

    // What stands before the first slash is a host if it could be no folder.
    private static bool IsHost(string first) =>
        first == "localhost" || first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first.Any(char.IsUpper);

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagForm();

    [GeneratedRegex(@"\A(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]{1,5})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostForm();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();
}
