namespace Zonix.Images;

/// <summary>A platform that this machine runs images of.</summary>
public sealed record ImagePlatform
{
    private const string System = "linux/";

    private ImagePlatform(string architecture, string debianName) => (Architecture, DebianName) = (architecture, debianName);

    /// <summary>linux/amd64, which is meant when none is named.</summary>
    public static ImagePlatform Amd64 { get; } = new("amd64", "amd64");

    /// <summary>linux/386.</summary>
    public static ImagePlatform I386 { get; } = new("386", "i386");

    /// <summary>As images name it: "amd64", "386".</summary>
    public string Architecture { get; }

    /// <summary>As Debian names it: "amd64", "i386".</summary>
    public string DebianName { get; }

    /// <summary>Reads one as docker takes it: "linux/386", "386", "i386", "linux". Null: it is none that this machine runs.</summary>
    public static ImagePlatform? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (text.StartsWith(System, StringComparison.Ordinal) ? text[System.Length..] : text) switch
        {
            "linux" => Amd64,
            var architecture => Of(architecture),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => System + Architecture;

    // amd64's variants ask for instructions that every processor that this runs on has.
    internal static ImagePlatform? Of(string architecture) => architecture switch
    {
        "amd64" or "x86_64" or "amd64/v1" or "amd64/v2" or "amd64/v3" => Amd64,
        "386" or "i386" or "i686" => I386,
        _ => null,
    };
}
