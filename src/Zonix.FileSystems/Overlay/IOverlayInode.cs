namespace Zonix.FileSystems.Overlay;

/// <summary>An inode of an overlay that has, or had, a part in a lower layer.</summary>
internal interface IOverlayInode : IAccessed
{
    /// <summary>The part in the upper layer; null as long as nothing was changed.</summary>
    IInode? Upper { get; }

    // A lower part stays as it is.
    void IAccessed.Accessed(bool relative, bool directories) => (Upper as IAccessed)?.Accessed(relative, directories);

    /// <summary>Makes sure that there is an upper part.</summary>
    Errno CopyUp();

    /// <summary>It has another place from now on: where a later copy goes to.</summary>
    void Moved(OverlayDirectory parent, ReadOnlySpan<byte> name);
}
