using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <content>Changes of attributes.</content>
public static partial class PathOperations
{
    /// <summary>Applies a change that is permitted, and tells those who watch the file.</summary>
    public static Errno SetAttributes(KernelTask task, VfsPath place, IInode inode, in AttributeChange change)
    {
        Errno e = inode.SetAttributes(change);
        if (e == 0 && task.FileSystem.Vfs.Watching is { IsActive: true } watching)
        {
            FileEvents what = WhatChanges(change);
            if ((what & FileEvents.IN_ATTRIB) != 0)
                watching.Report(place, inode, FileEvents.IN_ATTRIB);
            if ((what & FileEvents.IN_MODIFY) != 0)
                watching.Report(place, inode, FileEvents.IN_MODIFY);
            if ((what & FileEvents.IN_ACCESS) != 0)
                watching.Report(place, inode, FileEvents.IN_ACCESS);
        }
        return e;
    }

    // Linux takes one new time stamp for a sign that the file was read or written, both for new attributes.
    private static FileEvents WhatChanges(in AttributeChange change)
    {
        FileEvents what = (change.Uid ?? change.Gid ?? change.Mode) is not null ? FileEvents.IN_ATTRIB : 0;
        if (change.Size is not null)
            what |= FileEvents.IN_MODIFY;
        return what | (change.Access is not null, change.Modify is not null) switch
        {
            (true, true) => FileEvents.IN_ATTRIB,
            (true, false) => FileEvents.IN_ACCESS,
            (false, true) => FileEvents.IN_MODIFY,
            _ => 0,
        };
    }
}
