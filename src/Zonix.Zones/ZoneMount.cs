using Zonix.Kernel.Vfs;

namespace Zonix.Zones;

/// <summary>A file system that a zone sees at a place of its own.</summary>
/// <param name="FileSystem">The file system.</param>
/// <param name="Target">The place; made when it is missing.</param>
/// <param name="IsReadOnly">Whether the zone may only read it.</param>
public sealed record ZoneMount(IFileSystem FileSystem, string Target, bool IsReadOnly);
