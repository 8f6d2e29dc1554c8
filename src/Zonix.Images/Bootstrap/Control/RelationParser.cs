namespace Zonix.Images.Bootstrap.Control;

/// <summary>
/// Reads relationship fields: groups separated by ',', each of alternatives separated by '|'. deb-control(5). An architecture
/// qualifier (name:any) says nothing where all is of one architecture, and is dropped.
/// </summary>
public static class RelationParser
{
    /// <summary>The groups of alternatives.</summary>
    /// <exception cref="BootstrapException">It is no such field.</exception>
    public static List<PackageRelation[]> Parse(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var groups = new List<PackageRelation[]>();
        foreach (string group in field.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            groups.Add([.. group.Split('|', StringSplitOptions.TrimEntries).Select(one => ParseOne(one, field))]);
        return groups;
    }

    private static PackageRelation ParseOne(string text, string field)
    {
        // [architectures] and <profiles> stand in source packages only.
        int end = text.AsSpan().IndexOfAny('[', '<') is var cut and >= 0 && text.IndexOf('(', StringComparison.Ordinal) is var open
            && (open < 0 || cut < open) ? cut : text.Length;
        string named = text[..end];
        int parenthesis = named.IndexOf('(', StringComparison.Ordinal);
        string name = (parenthesis < 0 ? named : named[..parenthesis]).Trim();
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
            name = name[..colon];
        if (name.Length == 0 || name.AsSpan().ContainsAny(" \t\n"))
            throw Broken(field);
        if (parenthesis < 0)
            return new PackageRelation(name);
        int close = named.IndexOf(')', parenthesis);
        if (close < 0)
            throw Broken(field);
        string condition = named[(parenthesis + 1)..close].Trim();
        int operators = condition.AsSpan().IndexOfAnyExcept("<>=");
        if (operators is <= 0 or > 2)
            throw Broken(field);
        VersionRelation relation = condition[..operators] switch
        {
            "<<" => VersionRelation.Earlier,
            // The old single forms mean "or equal".
            "<=" or "<" => VersionRelation.EarlierOrEqual,
            "=" => VersionRelation.Equal,
            ">=" or ">" => VersionRelation.LaterOrEqual,
            ">>" => VersionRelation.Later,
            _ => throw Broken(field),
        };
        return new PackageRelation(name, relation, condition[operators..].Trim());
    }

    private static BootstrapException Broken(string field) => new($"'{field}' is no list of package relationships");
}
