using Zonix.Host.Files;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>
/// A standard stream that is a regular file of the host (<c>&lt; in &gt; out</c>). Its offset stays the host's, which other
/// processes and other standard streams may share.
/// </summary>
public sealed class HostRegularStreamFile(HostStream stream, IInode inode) : IReadable, IWritable, IOwnOffset, IMappable, ISyncable
{
    private readonly HostFile file = stream.Host.AsFile();

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset) => stream.Read(ref buffer);

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset) => stream.Write(ref buffer);

    /// <inheritdoc/>
    public SysResult ReadAt(ref UserBuffer buffer, long offset) => buffer.ReadFrom(file, offset, buffer.Remaining);

    /// <inheritdoc/>
    public SysResult WriteAt(ref UserBuffer buffer, long offset) => buffer.WriteTo(file, offset, buffer.Remaining);

    /// <inheritdoc/>
    public SysResult Seek(long distance, SeekWhence whence) =>
        (uint)whence > 4 ? Errno.EINVAL : SysResult.FromRaw(file.Seek(distance, (int)whence));

    /// <inheritdoc/>
    public Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping)
    {
        mapping = new FileMapping(file, offset);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Sync(bool dataOnly) => (Errno)file.Sync();

    /// <inheritdoc/>
    public Errno Allocate(FallocateMode mode, long offset, long length) => (Errno)file.Allocate((int)mode, offset, length);

    /// <inheritdoc/>
    public void Close()
    {
        // The stream belongs to the machine.
    }
}
