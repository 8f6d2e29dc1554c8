using Zonix.Kernel.Vfs;

namespace Zonix.Zones.Life;

/// <summary>The root of a zone that runs; disposed of after the zone.</summary>
public interface IZoneRoot : IDisposable
{
    /// <summary>The file system; null: a directory of the host under a layer in memory.</summary>
    IFileSystem? FileSystem { get; }

    /// <summary>That directory.</summary>
    string Directory { get; }
}
