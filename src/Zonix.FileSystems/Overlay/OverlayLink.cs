namespace Zonix.FileSystems.Overlay;

/// <summary>A symbolic link that came from a lower layer.</summary>
internal sealed class OverlayLink(OverlayFileSystem overlay, OverlayDirectory parent, byte[] name, IInode lower, in InodeAttributes attributes)
    : OverlayFile(overlay, parent, name, lower, attributes), ISymbolicLink
{
    public Errno ReadLink(Span<byte> target, out int length) => ((ISymbolicLink)Lower).ReadLink(target, out length);
}
