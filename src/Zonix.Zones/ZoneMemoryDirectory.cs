using Zonix.Abi;

namespace Zonix.Zones;

/// <summary>An empty file system in memory, mounted in a zone.</summary>
/// <param name="Target">Where; made when it is missing.</param>
/// <param name="Mode">Permission bits of its root.</param>
/// <param name="Flags">Flags of the mount.</param>
/// <param name="Size">How many bytes it holds at most; 0: as many as there are.</param>
public sealed record ZoneMemoryDirectory(string Target, uint Mode, MountFlags Flags, long Size = 0);
