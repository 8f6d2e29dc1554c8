using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Watching;

/// <content>Those who want to be asked before something is done.</content>
public sealed partial class FileWatching
{
    private const FileEvents Permissions = FileEvents.FAN_OPEN_PERM | FileEvents.FAN_OPEN_EXEC_PERM | FileEvents.FAN_ACCESS_PERM;
    private int askers;

    /// <summary>Whether any group wants to be asked about anything.</summary>
    public bool AsksPermission => Volatile.Read(ref askers) != 0;

    /// <summary>A group begins to ask (1), or ends (-1).</summary>
    internal void CountAsker(int change) => Interlocked.Add(ref askers, change);

    /// <summary>What has to be answered before <paramref name="what"/> is done; null: nobody wants to be asked.</summary>
    internal PermissionQuestion? Ask(VfsPath place, IInode inode, FileEvents what)
    {
        if ((InterestIn(place, inode) & what & Permissions) == 0)
            return null;
        var question = new PermissionQuestion(place, inode, what);
        Report(place, inode, what, place, question);
        return question.IsEmpty ? null : question;
    }
}
