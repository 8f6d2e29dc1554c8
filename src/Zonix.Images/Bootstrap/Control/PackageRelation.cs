namespace Zonix.Images.Bootstrap.Control;

/// <summary>One package that a relationship field names, with the versions that are meant.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Relation">How its version must stand to <paramref name="Version"/>.</param>
/// <param name="Version">The version that is named; empty when none is.</param>
public sealed record PackageRelation(string Name, VersionRelation Relation = VersionRelation.Any, string Version = "")
{
    /// <inheritdoc/>
    public override string ToString() => Relation == VersionRelation.Any ? Name : $"{Name} ({Symbol} {Version})";

    private string Symbol => Relation switch
    {
        VersionRelation.Earlier => "<<",
        VersionRelation.EarlierOrEqual => "<=",
        VersionRelation.Equal => "=",
        VersionRelation.LaterOrEqual => ">=",
        _ => ">>",
    };
}
