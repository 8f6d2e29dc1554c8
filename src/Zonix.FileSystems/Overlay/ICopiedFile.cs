namespace Zonix.FileSystems.Overlay;

/// <summary>A file that is shown from a lower layer until it is changed, and from the upper one since then.</summary>
internal interface ICopiedFile : IInode
{
    /// <summary>The copy that can be changed; null as long as there is none.</summary>
    IInode? Upper { get; }

    /// <summary>The part in the lower layer; null when there never was one.</summary>
    IInode? Lower { get; }
}
