namespace Zonix.FileSystems.Folder;

/// <summary>A symbolic link. Its text is resolved by this kernel, from the zone's root on.</summary>
internal sealed class FolderLink(FolderInode common) : IFolderInode, ISymbolicLink
{
    public FolderInode Common => common;

    public Errno ReadLink(Span<byte> target, out int length)
    {
        length = 0;
        Errno e = common.Hold(out FolderHold hold);
        if (e != 0)
            return e;
        using (hold)
            return (Errno)hold.Entry.ReadLink(target, out length);
    }
}
