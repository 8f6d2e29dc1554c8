namespace Zonix.FileSystems.Overlay;

/// <summary>
/// An open regular file of an overlay. One opened before the copy-up goes on with the copy, so that all descriptors see the
/// same content; mappings made before keep showing the lower file, as in Linux's overlayfs.
/// </summary>
internal sealed class OverlayOpenFile : IReadable, IWritable, ISeekable, IMappable, ISyncable, ICachedFile
{
    private readonly ICopiedFile inode;
    private readonly Lock gate = new();
    private volatile IFile current;
    private bool onUpper;

    private OverlayOpenFile(ICopiedFile inode, IFile current, bool onUpper)
    {
        this.inode = inode;
        this.current = current;
        this.onUpper = onUpper;
    }

    public IInode Inode => inode;

    public static Errno Open(ICopiedFile inode, OpenFlags flags, out IFile? file)
    {
        IInode? upper = inode.Upper;
        Errno e = ((IOpenableInode)(upper ?? inode.Lower!)).Open(flags, out IFile? opened);
        file = e == 0 ? new OverlayOpenFile(inode, opened!, upper is not null) : null;
        return e;
    }

    public SysResult Read(ref UserBuffer buffer, long offset) => ((IReadable)Current).Read(ref buffer, offset);

    public SysResult Write(ref UserBuffer buffer, ref long offset) => ((IWritable)Current).Write(ref buffer, ref offset);

    public Errno GetSize(out long size) => ((ISeekable)Current).GetSize(out size);

    public SysResult SeekData(long offset, bool hole) => ((ISeekable)Current).SeekData(offset, hole);

    public Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping) =>
        ((IMappable)Current).GetMapping(offset, length, shared, writable, out mapping);

    public Errno Sync(bool dataOnly) => ((ISyncable)Current).Sync(dataOnly);

    public Errno Allocate(FallocateMode mode, long offset, long length) => ((ISyncable)Current).Allocate(mode, offset, length);

    // What lies below is in the host's cache, for all that can be told.
    public ulong CountPages(long offset, long end)
    {
        if (Current is ICachedFile copy)
            return copy.CountPages(offset, end);
        const long PageSize = 4096;
        if (GetSize(out long size) != 0)
            return 0;
        end = Math.Min(end, size);
        return end > offset ? (ulong)(((end + PageSize - 1) / PageSize) - (offset / PageSize)) : 0;
    }

    public void Close() => current.Close();

    private IFile Current => onUpper || inode.Upper is null ? current : SwitchToUpper();

    private IFile SwitchToUpper()
    {
        lock (gate)
        {
            if (onUpper || ((IOpenableInode)inode.Upper!).Open(OpenFlags.O_RDONLY, out IFile? copy) != 0)
                return current;
            // The lower file's descriptor may still be read from by another thread: its handle closes when that is done.
            current.Close();
            current = copy!;
            onUpper = true;
            return current;
        }
    }
}
