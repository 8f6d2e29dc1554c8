namespace Zonix.Zones.Life;

/// <summary>What was kept of a zone's root.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Referenced">Bytes of the tree.</param>
/// <param name="Used">Bytes that nothing else holds.</param>
public sealed record ZoneSnapshot(string Name, DateTimeOffset Created, long Referenced, long Used);
