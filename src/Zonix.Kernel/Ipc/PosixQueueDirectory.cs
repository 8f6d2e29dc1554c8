using System.Text;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Ipc;

/// <summary>The one directory of a file system of queues. What is made in it is a queue like one that mq_open(3) makes without attributes.</summary>
internal sealed class PosixQueueDirectory(PosixQueueFileSystem fileSystem, PosixQueues queues, InodeState state) : IDirectoryInode
{
    public IFileSystem FileSystem => fileSystem;

    public InodeAccess Access => state.Access;

    // mq_open(3) and mq_unlink(3) know nothing of dentries.
    public bool CachesNames => false;

    public Errno GetAttributes(out InodeAttributes attributes)
    {
        const ulong EntrySize = 20;
        state.Get(out attributes);
        attributes.Size = (ulong)queues.Names().Length * EntrySize;
        return 0;
    }

    public Errno SetAttributes(in AttributeChange change)
    {
        state.Apply(change);
        return 0;
    }

    public Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode)
    {
        inode = queues.Find(Encoding.Latin1.GetString(name))?.Inode;
        return inode is null ? Errno.ENOENT : 0;
    }

    public Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        inode = null;
        if ((what.Mode & FileModeBits.S_IFMT) != FileModeBits.S_IFREG || name.IsEmpty || Worker.Current?.Running is not { } task)
            return Errno.EPERM;
        Errno e = queues.Create(task, Encoding.Latin1.GetString(name), what.Mode & FileModeBits.PermissionMask, out PosixQueue? queue);
        inode = queue?.Inode;
        return e;
    }

    public Errno Link(ReadOnlySpan<byte> name, IInode target) => Errno.EPERM;

    public Errno Unlink(ReadOnlySpan<byte> name, IInode victim) =>
        queues.Remove(Encoding.Latin1.GetString(name), ((PosixQueueInode)victim).Queue) ? 0 : Errno.ENOENT;

    public Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim) => Errno.ENOTDIR;

    public Errno Rename(
        ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags) =>
        Errno.EPERM;

    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        const byte DT_REG = 8;
        file = new ListedDirectory(this, listing =>
        {
            foreach (string name in queues.Names())
            {
                if (queues.Find(name) is not { } queue)
                    continue;
                queue.Inode.GetAttributes(out InodeAttributes attributes);
                listing.Add(Encoding.Latin1.GetBytes(name), attributes.Inode, DT_REG);
            }
            return 0;
        });
        return 0;
    }
}
