using System.Globalization;

namespace Zonix.Images.Bootstrap.Control;

/// <summary>A package as an index lists it.</summary>
public sealed class PackageRecord
{
    private readonly ControlParagraph paragraph;

    internal PackageRecord(ControlParagraph paragraph, string name, Uri archive)
    {
        this.paragraph = paragraph;
        Name = name;
        Archive = archive;
        Version = Required("Version"u8, "Version");
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its version.</summary>
    public string Version { get; }

    /// <summary>The archive it comes from: what <see cref="FileName"/> is relative to.</summary>
    public Uri Archive { get; }

    /// <summary>The architecture it is for, or "all".</summary>
    public string Architecture => Required("Architecture"u8, "Architecture");

    /// <summary>Whether a system cannot do without it.</summary>
    public bool IsEssential => paragraph["Essential"u8] == "yes";

    /// <summary>required, important, standard, optional.</summary>
    public string Priority => paragraph["Priority"u8] ?? "optional";

    /// <summary>Where its file is in the archive.</summary>
    public string FileName => Required("Filename"u8, "Filename");

    /// <summary>Bytes of its file.</summary>
    public long Size => long.TryParse(Required("Size"u8, "Size"), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
        ? size : throw new BootstrapException($"the index gives {Name} a size that is no number");

    /// <summary>The SHA-256 of its file, in hexadecimal digits.</summary>
    public string Sha256 => Required("SHA256"u8, "SHA256");

    /// <summary>What it stands for besides its name.</summary>
    public string? Provides => paragraph["Provides"u8];

    /// <summary>What must be configured before it is unpacked.</summary>
    public List<PackageRelation[]> PreDepends => Relations("Pre-Depends"u8);

    /// <summary>What it needs.</summary>
    public List<PackageRelation[]> Depends => Relations("Depends"u8);

    /// <summary>The name its file has in a cache of apt's: NAME_VERSION_ARCHITECTURE.deb, a colon written as %3a.</summary>
    public string CacheName => $"{Name}_{Version.Replace(":", "%3a", StringComparison.Ordinal)}_{Architecture}.deb";

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version}";

    private List<PackageRelation[]> Relations(ReadOnlySpan<byte> field) => paragraph[field] is { } text ? RelationParser.Parse(text) : [];

    private string Required(ReadOnlySpan<byte> field, string name) =>
        paragraph[field] ?? throw new BootstrapException($"the index lists {Name} without the field {name}");
}
