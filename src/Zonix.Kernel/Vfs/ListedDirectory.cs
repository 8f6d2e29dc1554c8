namespace Zonix.Kernel.Vfs;

/// <summary>
/// An open directory whose entries are collected when reading begins; going back to the beginning collects them anew.
/// readdir(3) promises no more than that.
/// </summary>
public sealed class ListedDirectory(IInode inode, Func<DirectoryListing, Errno> collect) : IDirectoryFile
{
    private const long FirstEntry = 2;
    private DirectoryListing? listing;

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <inheritdoc/>
    public Errno ReadEntries(ref long position, ref DirectoryBuffer buffer, ulong parentInode)
    {
        if (position == 0 || listing is null)
        {
            var fresh = new DirectoryListing();
            Errno e = collect(fresh);
            if (e != 0)
                return e;
            listing = fresh;
        }
        inode.GetAttributes(out InodeAttributes own);
        if (position == 0 && buffer.TryAdd("."u8, own.Inode, 4, 1))
            position = 1;
        if (position == 1 && buffer.TryAdd(".."u8, parentInode == 0 ? own.Inode : parentInode, 4, FirstEntry))
            position = FirstEntry;
        while (position >= FirstEntry && position - FirstEntry < listing.Length)
        {
            ReadOnlySpan<byte> name = listing.Get((int)(position - FirstEntry), out ulong number, out byte type, out int next);
            if (!buffer.TryAdd(name, number, type, next + FirstEntry))
                break;
            position = next + FirstEntry;
        }
        return 0;
    }

    /// <inheritdoc/>
    public void Close() => listing = null;
}
