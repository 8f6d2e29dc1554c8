namespace Zonix.Zones.Fetching;

/// <summary>How far the fetching of an image is, for a user.</summary>
/// <param name="Id">What of it: a layer, a package's phase; null: the whole.</param>
/// <param name="Status">What is done.</param>
/// <param name="Done">Bytes done; 0: it is not counted.</param>
/// <param name="Total">Bytes there are; 0: not known.</param>
public readonly record struct FetchStep(string? Id, string Status, long Done = 0, long Total = 0);
