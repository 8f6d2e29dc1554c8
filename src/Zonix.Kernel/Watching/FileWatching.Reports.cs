using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <content>
/// What operations on files report. They ask <see cref="IsActive"/> first. The order of the events of one operation is that
/// of Linux.
/// </content>
public sealed partial class FileWatching
{
    /// <summary>Something was done with an open file.</summary>
    internal void Report(OpenFileDescription file, FileEvents what)
    {
        int now = Volatile.Read(ref generation);
        ulong known = Volatile.Read(ref file.WatchInterest);
        if ((uint)(known >> 32) != (uint)now)
        {
            known = ((ulong)(uint)now << 32) | (uint)InterestIn(file.Path, file.File.Inode);
            Volatile.Write(ref file.WatchInterest, known);
        }
        if (((FileEvents)(uint)known & what) != 0)
            Report(file.Path, file.File.Inode, what);
    }

    /// <summary>Something was done with what lies at a place.</summary>
    public void Report(VfsPath place, IInode inode, FileEvents what)
    {
        IInode? parent = ParentOf(place.Dentry);
        var happened = new FileEvent
        {
            What = inode.Access.IsDirectory ? what | FileEvents.IN_ISDIR : what,
            Target = inode,
            Directory = parent,
            Name = parent is null ? default : place.Dentry.Name,
            Place = place,
        };
        Send(happened, Of(parent), Of(inode), Of(place.Mount), Of(place.Mount.FileSystem));
    }

    /// <summary>An entry was made.</summary>
    internal void Created(IInode directory, ReadOnlySpan<byte> name, IInode inode) => ReportEntry(directory, name, inode, FileEvents.IN_CREATE);

    /// <summary>A file got one more name.</summary>
    internal void Linked(IInode directory, ReadOnlySpan<byte> name, IInode inode)
    {
        ReportSelf(inode, FileEvents.IN_ATTRIB);
        Created(directory, name, inode);
    }

    /// <summary>An entry was taken away.</summary>
    internal void Removed(IInode directory, ReadOnlySpan<byte> name, Dentry entry)
    {
        IInode inode = entry.Inode!;
        if (!inode.Access.IsDirectory)
            ReportSelf(inode, FileEvents.IN_ATTRIB);
        LookIfGone(entry);
        ReportEntry(directory, name, inode, FileEvents.IN_DELETE);
    }

    /// <summary>An entry was moved, over <paramref name="replaced"/> if that is not null.</summary>
    internal void Moved(IInode from, ReadOnlySpan<byte> name, IInode to, ReadOnlySpan<byte> newName, IInode inode, Dentry? replaced)
    {
        Changed();
        uint cookie = (uint)Interlocked.Increment(ref lastCookie);
        FileEvents directory = inode.Access.IsDirectory ? FileEvents.IN_ISDIR : 0;
        var renamed = new FileEvent
        {
            What = FileEvents.FAN_RENAME | directory, Target = inode, Directory = from, Name = name, NewDirectory = to, NewName = newName,
        };
        Send(renamed, Of(from), null, null, Of(from.FileSystem), Of(to));
        ReportEntry(from, name, inode, FileEvents.IN_MOVED_FROM, cookie);
        ReportEntry(to, newName, inode, FileEvents.IN_MOVED_TO, cookie);
        if (replaced is not null && !replaced.Inode!.Access.IsDirectory)
            ReportSelf(replaced.Inode, FileEvents.IN_ATTRIB);
        ReportSelf(inode, FileEvents.IN_MOVE_SELF);
        if (replaced is not null)
            LookIfGone(replaced);
    }

    /// <summary>A name is gone and perhaps the last open file too: if it was the last, so is the inode.</summary>
    internal void LookIfGone(Dentry entry)
    {
        if (entry.Opens != 0 || entry.Inode is not { } inode || (Of(inode) ?? Of(inode.FileSystem)) is null)
            return;
        // A directory has one name only.
        bool isDirectory = inode.Access.IsDirectory;
        if (!isDirectory && (inode.GetAttributes(out InodeAttributes attributes) != 0 || attributes.Links != 0))
            return;
        ReportSelf(inode, FileEvents.IN_DELETE_SELF);
        Forget(inode);
    }

    private static IInode? ParentOf(Dentry dentry) => dentry.IsRoot ? null : dentry.Parent.Inode;

    private static void Offer(in FileEvent happened, IWatchGroup group, in WatchMarks marks)
    {
        if ((marks.Mask & happened.What & ~OptionBits) != 0)
            group.Handle(happened, marks);
    }

    // A directory's mark stands for what is done with the files in it only if it says so.
    private static WatchMark? AsParent(WatchMark? mark, in FileEvent happened) =>
        happened.IsOfEntry || (mark is not null && (mark.Mask & FileEvents.FAN_EVENT_ON_CHILD) != 0) ? mark : null;

    private FileEvents InterestIn(VfsPath place, IInode inode)
    {
        FileEvents all = (Of(inode)?.Interest ?? 0) | (Of(place.Mount)?.Interest ?? 0) | (Of(place.Mount.FileSystem)?.Interest ?? 0);
        if (Of(ParentOf(place.Dentry)) is { } parent)
            all |= parent.Interest;
        return all;
    }

    private void ReportSelf(IInode inode, FileEvents what)
    {
        var happened = new FileEvent { What = inode.Access.IsDirectory ? what | FileEvents.IN_ISDIR : what, Target = inode };
        Send(happened, null, Of(inode), null, Of(inode.FileSystem));
    }

    private void ReportEntry(IInode directory, ReadOnlySpan<byte> name, IInode inode, FileEvents what, uint cookie = 0)
    {
        var happened = new FileEvent
        {
            What = inode.Access.IsDirectory ? what | FileEvents.IN_ISDIR : what, Target = inode, Directory = directory, Name = name, Cookie = cookie,
        };
        Send(happened, Of(directory), null, null, Of(directory.FileSystem));
    }

    private static void Send(
        in FileEvent happened, WatchedObject? directory, WatchedObject? inode, WatchedObject? mount, WatchedObject? fileSystem,
        WatchedObject? newDirectory = null)
    {
        ReadOnlySpan<WatchedObject?> met = [directory, inode, mount, fileSystem, newDirectory];
        for (int i = 0; i < met.Length; i++)
        {
            if (met[i] is not { } watched)
                continue;
            foreach (WatchMark mark in watched.Marks)
            {
                IWatchGroup group = mark.Group;
                if (HasMarkIn(met[..i], group))
                    continue;
                var marks = new WatchMarks(
                    AsParent(directory?.Of(group), happened), inode?.Of(group), mount?.Of(group), fileSystem?.Of(group), newDirectory?.Of(group));
                Offer(happened, group, marks);
            }
        }
    }

    private static bool HasMarkIn(ReadOnlySpan<WatchedObject?> objects, IWatchGroup group)
    {
        foreach (WatchedObject? watched in objects)
        {
            if (watched?.Of(group) is not null)
                return true;
        }
        return false;
    }
}
