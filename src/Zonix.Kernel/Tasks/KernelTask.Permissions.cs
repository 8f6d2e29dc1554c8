using Zonix.Kernel.Vfs;
using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Tasks;

/// <content>Questions of those who watch files and want to be asked first. fanotify(7). Of the task itself alone.</content>
public sealed partial class KernelTask
{
    /// <summary>A question that keeps the call from going on; null: none.</summary>
    public PermissionQuestion? PendingQuestion { get; internal set; }

    /// <summary>Questions of the call that begins anew, which have been answered.</summary>
    public List<PermissionQuestion>? PermissionAnswers { get; internal set; }

    /// <summary>Takes the question that keeps the call from going on.</summary>
    public PermissionQuestion? TakeQuestion()
    {
        PermissionQuestion? question = PendingQuestion;
        PendingQuestion = null;
        return question;
    }

    /// <summary>The call is over: what was answered does not hold for the next.</summary>
    public void ForgetPermissionAnswers() => PermissionAnswers = null;

    /// <summary>What was answered, for once; null: it was not asked.</summary>
    internal Errno? TakePermissionAnswer(IInode inode, FileEvents what)
    {
        PermissionQuestion? known = FindAnswer(inode, what);
        if (known is null)
            return null;
        PermissionAnswers!.Remove(known);
        return known.Answer;
    }

    /// <summary>
    /// Asks, unless it has been asked: 0, EPERM, or EAGAIN with <see cref="PendingQuestion"/>, for calls that begin anew as a whole.
    /// </summary>
    public Errno AskPermission(VfsPath place, IInode inode, FileEvents what)
    {
        FileWatching watching = FileSystem.Vfs.Watching;
        if (!watching.AsksPermission)
            return 0;
        if (FindAnswer(inode, what) is { } known)
            return known.Answer;
        PendingQuestion = watching.Ask(place, inode, what);
        return PendingQuestion is null ? 0 : Errno.EAGAIN;
    }

    private PermissionQuestion? FindAnswer(IInode inode, FileEvents what) =>
        PermissionAnswers?.Find(known => ReferenceEquals(known.Inode, inode) && known.What == what);
}
