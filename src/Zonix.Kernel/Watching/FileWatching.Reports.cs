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
        if (file.File.Inode is IStackedInode { Real: { } real })
        {
            // What lies beneath is opened and read before, and closed after.
            bool closes = (what & (FileEvents.IN_CLOSE_WRITE | FileEvents.IN_CLOSE_NOWRITE)) != 0;
            if (!closes)
                ReportSelf(real, what, null);
            Report(file.Path, file.File.Inode, what, file.Path);
            if (closes)
                ReportSelf(real, what, null);
            return;
        }
        int now = Volatile.Read(ref generation);
        ulong known = Volatile.Read(ref file.WatchInterest);
        if ((uint)(known >> 32) != (uint)now)
        {
            known = ((ulong)(uint)now << 32) | (uint)InterestIn(file.Path, file.File.Inode);
            Volatile.Write(ref file.WatchInterest, known);
        }
        if (((FileEvents)(uint)known & what) != 0)
            Report(file.Path, file.File.Inode, what, file.Path);
    }

    /// <summary>Attributes of what lies at a place were changed.</summary>
    public void Report(VfsPath place, IInode inode, FileEvents what) => Report(place, inode, what, default);

    /// <summary>A file changed by itself, without a name at hand. Any lock may be held: those who watch it are told from another thread.</summary>
    public void Modified(IInode inode)
    {
        if (IsActive && (Of(inode) ?? Of(inode.FileSystem)) is not null)
            ThreadPool.UnsafeQueueUserWorkItem(static told => told.Watching.ReportSelf(told.Inode, FileEvents.IN_MODIFY, null), (Watching: this, Inode: inode), preferLocal: false);
    }

    /// <summary>An entry was made.</summary>
    internal void Created(Dentry directory, ReadOnlySpan<byte> name, Dentry entry) => ReportEntry(directory, name, entry, FileEvents.IN_CREATE);

    /// <summary>A file got one more name.</summary>
    internal void Linked(Dentry directory, ReadOnlySpan<byte> name, Dentry entry)
    {
        ReportSelf(entry.Inode!, FileEvents.IN_ATTRIB, entry);
        Created(directory, name, entry);
    }

    /// <summary>An entry was taken away.</summary>
    internal void Removed(Dentry directory, ReadOnlySpan<byte> name, Dentry entry)
    {
        IInode inode = entry.Inode!;
        if (!inode.Access.IsDirectory)
            ReportSelf(inode, FileEvents.IN_ATTRIB, entry);
        LookIfGone(entry);
        ReportEntry(directory, name, entry, FileEvents.IN_DELETE);
    }

    /// <summary>An entry was moved, over <paramref name="replaced"/> if that is not null.</summary>
    internal void Moved(Dentry from, ReadOnlySpan<byte> name, Dentry to, ReadOnlySpan<byte> newName, Dentry moved, Dentry? replaced)
    {
        Changed();
        uint cookie = (uint)Interlocked.Increment(ref lastCookie);
        IInode inode = moved.Inode!;
        FileEvents directory = inode.Access.IsDirectory ? FileEvents.IN_ISDIR : 0;
        var renamed = new FileEvent
        {
            What = FileEvents.FAN_RENAME | directory, Target = inode, Entry = moved, Directory = from, Name = name, NewDirectory = to, NewName = newName,
        };
        Send(renamed, Of(from.Inode), null, null, Of(inode.FileSystem), Of(to.Inode));
        ReportEntry(from, name, moved, FileEvents.IN_MOVED_FROM, cookie);
        ReportEntry(to, newName, moved, FileEvents.IN_MOVED_TO, cookie);
        if (replaced is not null && !replaced.Inode!.Access.IsDirectory)
            ReportSelf(replaced.Inode, FileEvents.IN_ATTRIB, replaced);
        ReportSelf(inode, FileEvents.IN_MOVE_SELF, moved);
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
        ReportSelf(inode, FileEvents.IN_DELETE_SELF, entry);
        Forget(inode);
    }

    private static Dentry? ParentOf(Dentry dentry) => dentry.IsRoot ? null : dentry.Parent;

    private static void Offer(in FileEvent happened, IWatchGroup group, in WatchMarks marks)
    {
        if ((marks.Interest & happened.What & ~OptionBits) != 0)
            group.Handle(happened, marks);
    }

    // The place is null for what is no open file's: those that report descriptors, and the marks on mounts, do not hear of it.
    private void Report(VfsPath at, IInode inode, FileEvents what, VfsPath place, PermissionQuestion? question = null)
    {
        Dentry? parent = ParentOf(at.Dentry);
        var happened = new FileEvent
        {
            What = inode.Access.IsDirectory ? what | FileEvents.IN_ISDIR : what,
            Target = inode,
            Entry = at.Dentry,
            Directory = parent,
            Name = parent is null ? default : at.Dentry.Name,
            Place = place,
            Question = question,
        };
        Send(happened, Of(parent?.Inode), Of(inode), Of(place.Mount), Of(at.Mount.FileSystem));
    }

    // A directory's mark stands for what is done with the files in it only if it says so.
    private static WatchMark? AsParent(WatchMark? mark, in FileEvent happened) =>
        happened.IsOfEntry || (mark is not null && ((mark.Mask | mark.Ignored) & FileEvents.FAN_EVENT_ON_CHILD) != 0) ? mark : null;

    private FileEvents InterestIn(VfsPath place, IInode inode)
    {
        FileEvents all = (Of(inode)?.Interest ?? 0) | (Of(place.Mount)?.Interest ?? 0) | (Of(place.Mount.FileSystem)?.Interest ?? 0);
        if (Of(ParentOf(place.Dentry)?.Inode) is { } parent)
            all |= parent.Interest;
        return all;
    }

    private void ReportSelf(IInode inode, FileEvents what, Dentry? entry)
    {
        var happened = new FileEvent { What = inode.Access.IsDirectory ? what | FileEvents.IN_ISDIR : what, Target = inode, Entry = entry };
        Send(happened, null, Of(inode), null, Of(inode.FileSystem));
    }

    private void ReportEntry(Dentry directory, ReadOnlySpan<byte> name, Dentry entry, FileEvents what, uint cookie = 0)
    {
        IInode inode = entry.Inode!;
        var happened = new FileEvent
        {
            What = inode.Access.IsDirectory ? what | FileEvents.IN_ISDIR : what,
            Target = inode, Entry = entry, Directory = directory, Name = name, Cookie = cookie,
        };
        Send(happened, Of(directory.Inode), null, null, Of(inode.FileSystem));
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
