using Zonix.Kernel.Vfs;

namespace Zonix.Zones.Content;

/// <summary>What lies at a place of a zone.</summary>
/// <param name="Name">Its last name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Mode">Type and permissions, as stat(2) gives them.</param>
/// <param name="Modified">When it was changed last.</param>
/// <param name="LinkTarget">The place that a symbolic link leads to, from the zone's root on; empty for others.</param>
public sealed record PlaceStat(string Name, long Size, uint Mode, Timestamp Modified, string LinkTarget);
