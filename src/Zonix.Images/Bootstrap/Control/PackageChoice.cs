namespace Zonix.Images.Bootstrap.Control;

/// <summary>The packages of a variant: those that come first, which dpkg itself needs, and the others.</summary>
public sealed class PackageChoice
{
    /// <summary>Chooses them.</summary>
    /// <exception cref="BootstrapException">A package is in no index, or something it needs.</exception>
    public PackageChoice(PackageIndex index, BootstrapOptions options)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(options);
        bool onlyEssential = options.Variant == BootstrapVariant.Essential;
        var roots = index.Packages.Values.Where(one => one.IsEssential || (!onlyEssential && one.Priority == "required")).ToList();
        if (roots.Count == 0)
            throw new BootstrapException($"the index of {options.Suite} has no package that is required: is this a mirror of Debian?");
        // The tree is made with /bin in /usr: what would bring an older one there is not needed. debootstrap(8).
        if (index.Packages.TryGetValue("usr-is-merged", out PackageRecord? merged))
            roots.Add(merged);
        var selection = new PackageSelection(index);
        selection.Add(roots.OrderBy(static one => one.Name, StringComparer.Ordinal));
        Required = selection.InOrder();

        var known = Required.Select(static one => one.Name).ToHashSet(StringComparer.Ordinal);
        selection.Add(Wanted(index, options));
        Others = selection.InOrder().FindAll(one => !known.Contains(one.Name));
    }

    /// <summary>What is required and what it needs, dependencies first.</summary>
    public IReadOnlyList<PackageRecord> Required { get; }

    /// <summary>The rest, dependencies first.</summary>
    public IReadOnlyList<PackageRecord> Others { get; }

    private static IEnumerable<PackageRecord> Wanted(PackageIndex index, BootstrapOptions options)
    {
        string[] names = options.Variant switch
        {
            BootstrapVariant.Essential => [],
            BootstrapVariant.Buildd => ["apt", "build-essential"],
            _ => ["apt"],
        };
        IEnumerable<PackageRecord> important = options.Variant == BootstrapVariant.Standard
            ? index.Packages.Values.Where(static one => one.Priority == "important").OrderBy(static one => one.Name, StringComparer.Ordinal) : [];
        return names.Concat(options.Include)
            .Select(name => index.Packages.GetValueOrDefault(name) ?? throw new BootstrapException($"{options.Suite} has no package {name}"))
            .Concat(important);
    }
}
