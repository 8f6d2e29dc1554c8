namespace Zonix.FileSystems.Overlay;

/// <summary>A symbolic link that came from a lower layer.</summary>
internal sealed class OverlayLink(OverlayFileSystem overlay, OverlayDirectory parent, byte[]? name, IInode lower, uint links)
    : OverlayFile(overlay, parent, name, lower, links), ISymbolicLink
{
    public Errno ReadLink(Span<byte> target, out int length) => ((ISymbolicLink)Lower).ReadLink(target, out length);
}
