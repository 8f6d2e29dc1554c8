namespace Zonix.Zones;

/// <summary>A folder, or a file, of the host that a zone sees at a place of its own.</summary>
/// <param name="Source">The host's path.</param>
/// <param name="Target">The zone's, from its root on; made when it is missing.</param>
/// <param name="IsReadOnly">Whether the zone may only read it.</param>
public sealed record ZoneVolume(string Source, string Target, bool IsReadOnly);
