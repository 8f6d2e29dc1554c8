using System.Text;

namespace Zonix.Images.Bootstrap.Control;

/// <summary>The packages of one architecture that one or several indexes list; of a name the latest version counts.</summary>
public sealed class PackageIndex
{
    private readonly Dictionary<string, PackageRecord> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(PackageRecord Provider, string Version)>> providers = new(StringComparer.Ordinal);
    private bool hasProviders;

    /// <summary>The packages, by name.</summary>
    public IReadOnlyDictionary<string, PackageRecord> Packages => byName;

    /// <summary>Adds a Packages file.</summary>
    /// <param name="file">Its text; it is kept.</param>
    /// <param name="archive">The archive that its file names are relative to.</param>
    public void Add(ReadOnlyMemory<byte> file, Uri archive)
    {
        int at = 0;
        while (ControlReader.Next(file, ref at, out ControlParagraph paragraph))
        {
            ReadOnlySpan<byte> name = paragraph.Raw("Package"u8, out bool found);
            if (!found || name.IsEmpty)
                throw new BootstrapException($"an index of {archive} has a paragraph without a package's name");
            var package = new PackageRecord(paragraph, Encoding.ASCII.GetString(name), archive);
            if (!byName.TryGetValue(package.Name, out PackageRecord? other) || DebianVersion.Compare(package.Version, other.Version) > 0)
                byName[package.Name] = package;
        }
        hasProviders = false;
    }

    /// <summary>The package of that name in a version that fits; null: there is none.</summary>
    public PackageRecord? Find(PackageRelation wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return byName.TryGetValue(wanted.Name, out PackageRecord? package)
            && DebianVersion.Satisfies(package.Version, wanted.Relation, wanted.Version) ? package : null;
    }

    /// <summary>
    /// Packages that provide what is wanted, by name. Provides without a version satisfies no versioned dependency.
    /// deb-control(5).
    /// </summary>
    public IEnumerable<PackageRecord> FindProviders(PackageRelation wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (!hasProviders)
            CollectProviders();
        if (!providers.TryGetValue(wanted.Name, out List<(PackageRecord Provider, string Version)>? all))
            return [];
        return all.Where(one => wanted.Relation == VersionRelation.Any
            || (one.Version.Length > 0 && DebianVersion.Satisfies(one.Version, wanted.Relation, wanted.Version))).Select(one => one.Provider);
    }

    private void CollectProviders()
    {
        providers.Clear();
        foreach (PackageRecord package in byName.Values.OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            if (package.Provides is not { } provides)
                continue;
            foreach (PackageRelation[] group in RelationParser.Parse(provides))
            {
                if (!providers.TryGetValue(group[0].Name, out List<(PackageRecord, string)>? all))
                    providers.Add(group[0].Name, all = []);
                all.Add((package, group[0].Version));
            }
        }
        hasProviders = true;
    }
}
