namespace Zonix.FileSystems.Layers;

/// <summary>A symbolic link.</summary>
internal sealed class LayeredLink(LayeredFileSystem overlay, LayeredDirectory? parent, byte[] name, Dentry? upper, Dentry? lower)
    : LayeredFile(overlay, parent, name, upper, lower), ISymbolicLink
{
    public Errno ReadLink(Span<byte> target, out int length) => ((ISymbolicLink)Shown).ReadLink(target, out length);
}
