using Zonix.Kernel.Tasks;

namespace Zonix.Images.Unpacking;

/// <content>Writing into a tree of mounts, as the super-user of its programs would who stands in one of its directories.</content>
public sealed partial class TreeWriter
{
    private readonly VfsPath start, top;

    /// <summary>
    /// Writes below a directory of a tree of mounts, whose programs may run meanwhile. Names are relative to the directory; links on
    /// the way are followed within the tree, mounts are entered. What a mount covers or shows read-only is refused, and directories
    /// that no entry mentions get the times that their changes give them.
    /// </summary>
    /// <param name="directory">Where names begin.</param>
    /// <param name="top">The root of the tree: where links with absolute texts lead.</param>
    /// <param name="vfs">The machine's.</param>
    public TreeWriter(VfsPath directory, VfsPath top, VirtualFileSystem vfs)
    {
        ArgumentNullException.ThrowIfNull(vfs);
        ArgumentNullException.ThrowIfNull(directory.Dentry);
        (this.vfs, this.top, start, root) = (vfs, top, directory, directory.Dentry);
    }

    private bool HasMounts => !start.IsNull;

    private VfsPath? WalkMounts(ReadOnlySpan<byte> path, ReadOnlySpan<byte> place, bool makes, Timestamp time)
    {
        VfsPath at = start;
        foreach (Range part in place.Split((byte)'/'))
        {
            ReadOnlySpan<byte> name = place[part];
            if (name.IsEmpty)
                continue;
            Errno e = Step(at, name, WalkFlags.Follow, out VfsPath next);
            if (e == Errno.ENOENT && makes && Find(path, at.Dentry, name) is null)
            {
                CheckWritable(path, at);
                MakeImplied(path, at.Dentry, name, time);
                e = Step(at, name, WalkFlags.Follow, out next);
            }
            if (e is Errno.ENOENT or Errno.ENOTDIR && !makes)
                return null;
            if (e != 0)
                throw Failed(path, makes ? "make" : "find", e);
            if (!next.Inode.Access.IsDirectory)
                return makes ? throw Failed(path, "make", Errno.ENOTDIR) : null;
            at = next;
        }
        return at;
    }

    private Errno Step(VfsPath at, ReadOnlySpan<byte> name, WalkFlags flags, out VfsPath next)
    {
        var walk = new PathWalk(at, top, Credentials.Root, name, flags);
        Errno e = walk.Run();
        next = walk.At;
        walk.Dispose();
        return e;
    }

    private void CheckWritable(ReadOnlySpan<byte> path, VfsPath directory)
    {
        if (HasMounts && directory.Mount.IsReadOnly)
            throw Failed(path, "write", Errno.EROFS);
    }

    // What is mounted there, for programs, is what the name stands for.
    private void CheckUncovered(ReadOnlySpan<byte> path, Dentry entry)
    {
        if (HasMounts && entry.IsCovered)
            throw Failed(path, "replace what is mounted at", Errno.EBUSY);
    }
}
