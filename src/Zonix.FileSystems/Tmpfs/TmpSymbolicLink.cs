namespace Zonix.FileSystems.Tmpfs;

/// <summary>A symbolic link.</summary>
internal sealed class TmpSymbolicLink(TmpFileSystem fileSystem, InodeState state, byte[] text) : ITmpInode, ISymbolicLink
{
    public IFileSystem FileSystem => fileSystem;

    public InodeState State => state;

    public MemoryAttributes Attributes { get; } = new();

    public InodeAccess Access => state.Access;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        state.Get(out attributes);
        attributes.Size = (ulong)text.Length;
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        state.Apply(change);
        return 0;
    }

    public Errno ReadLink(Span<byte> target, out int length)
    {
        length = Math.Min(target.Length, text.Length);
        text.AsSpan(0, length).CopyTo(target);
        return 0;
    }

    public void Unlinked()
    {
        if (state.Links == 0)
            fileSystem.Limits?.DropInode();
    }
}
