namespace Zonix.Images.Bootstrap.Control;

/// <summary>
/// The packages of a system: those that were asked for and, again and again, what they need. An alternative that is there
/// already is taken, otherwise the first that can be had, as debootstrap(8) and apt do.
/// </summary>
public sealed class PackageSelection
{
    private readonly PackageIndex index;
    private readonly Dictionary<string, PackageRecord> chosen = new(StringComparer.Ordinal);
    private readonly Queue<PackageRecord> pending = new();

    /// <summary>An empty one.</summary>
    public PackageSelection(PackageIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        this.index = index;
    }

    /// <summary>All packages, by name.</summary>
    public IEnumerable<PackageRecord> Packages => chosen.Values.OrderBy(one => one.Name, StringComparer.Ordinal);

    /// <summary>Whether a package is in it.</summary>
    public bool Contains(string name) => chosen.ContainsKey(name);

    /// <summary>Adds packages and what they need.</summary>
    /// <exception cref="BootstrapException">Something they need is in no index.</exception>
    public void Add(IEnumerable<PackageRecord> packages)
    {
        ArgumentNullException.ThrowIfNull(packages);
        foreach (PackageRecord package in packages)
            Choose(package);
        while (pending.TryDequeue(out PackageRecord? package))
        {
            foreach (PackageRelation[] group in package.PreDepends.Concat(package.Depends))
                Satisfy(package, group);
        }
    }

    /// <summary>
    /// The packages in an order in which each stands behind those it depends on, as far as they do not depend on each other
    /// in a circle.
    /// </summary>
    public List<PackageRecord> InOrder()
    {
        var ordered = new List<PackageRecord>(chosen.Count);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (PackageRecord package in Packages)
            Visit(package, visited, ordered);
        return ordered;
    }

    private void Visit(PackageRecord from, HashSet<string> visited, List<PackageRecord> ordered)
    {
        if (!visited.Add(from.Name))
            return;
        var path = new Stack<(PackageRecord Package, IEnumerator<PackageRecord> Needs)>();
        path.Push((from, Needs(from).GetEnumerator()));
        while (path.TryPeek(out (PackageRecord Package, IEnumerator<PackageRecord> Needs) top))
        {
            if (!top.Needs.MoveNext())
            {
                ordered.Add(path.Pop().Package);
                continue;
            }
            PackageRecord needed = top.Needs.Current;
            if (visited.Add(needed.Name))
                path.Push((needed, Needs(needed).GetEnumerator()));
        }
    }

    private IEnumerable<PackageRecord> Needs(PackageRecord package)
    {
        foreach (PackageRelation[] group in package.PreDepends.Concat(package.Depends))
        {
            if (FindChosen(group) is { } needed)
                yield return needed;
        }
    }

    private void Satisfy(PackageRecord package, PackageRelation[] group)
    {
        if (FindChosen(group) is not null)
            return;
        foreach (PackageRelation wanted in group)
        {
            PackageRecord? found = index.Find(wanted) ?? index.FindProviders(wanted).FirstOrDefault();
            if (found is null)
                continue;
            Choose(found);
            return;
        }
        throw new BootstrapException($"{package} depends on {string.Join(" | ", (object[])group)}, which no index has");
    }

    private PackageRecord? FindChosen(PackageRelation[] group)
    {
        foreach (PackageRelation wanted in group)
        {
            if (index.Find(wanted) is { } package && chosen.ContainsKey(package.Name))
                return package;
            foreach (PackageRecord provider in index.FindProviders(wanted))
            {
                if (chosen.ContainsKey(provider.Name))
                    return provider;
            }
        }
        return null;
    }

    private void Choose(PackageRecord package)
    {
        if (chosen.TryAdd(package.Name, package))
            pending.Enqueue(package);
    }
}
