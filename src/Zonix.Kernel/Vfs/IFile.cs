namespace Zonix.Kernel.Vfs;

/// <summary>
/// What lies behind an open file description. It never waits: a transfer that would have to answers EAGAIN, and who wants
/// to wait enrols in the queues of <see cref="IPollable"/>. More abilities: <see cref="IReadable"/>, <see cref="IWritable"/>,
/// <see cref="ISeekable"/>, <see cref="IDirectoryFile"/>, <see cref="IControllable"/>, <see cref="IMappable"/>,
/// <see cref="ISyncable"/>.
/// </summary>
public interface IFile
{
    /// <summary>The inode fstat(2) shows.</summary>
    IInode Inode { get; }

    /// <summary>Whether it can be asked not to wait for a disk. preadv2(2), RWF_NOWAIT.</summary>
    bool IsImmediate => true;

    /// <summary>The last reference to the description is gone. Called once, with no lock held.</summary>
    void Close();
}
