using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Watching;

/// <summary>
/// A task that waits until it is told whether it may open or read a file. As in Linux only SIGKILL ends the wait. What is allowed is either
/// done then and there, or the call begins anew and finds the answer among <see cref="KernelTask.PermissionAnswers"/>.
/// </summary>
public sealed class PermissionWait : IInterruptibleOperation
{
    private readonly PermissionQuestion question;
    private readonly Func<KernelTask, SysResult>? call;

    private PermissionWait(PermissionQuestion question, Func<KernelTask, SysResult>? call)
    {
        this.question = question;
        this.call = call;
    }

    /// <summary>Waits, then makes a call that does not wait itself.</summary>
    public static SysResult Then(KernelTask task, PermissionQuestion question, Func<KernelTask, SysResult> call) =>
        task.BlockUnlessKilled(question.Answered, new PermissionWait(question, call));

    /// <summary>Waits, then has the guest's call begin anew.</summary>
    public static SysResult ThenAgain(KernelTask task, PermissionQuestion question) =>
        task.BlockUnlessKilled(question.Answered, new PermissionWait(question, null));

    /// <summary>
    /// Asks whether an open file may be read; true: <paramref name="result"/> is the call's, which begins anew when it may. For calls
    /// that have done nothing yet.
    /// </summary>
    public static bool BeforeRead(KernelTask task, OpenFileDescription file, out SysResult result)
    {
        result = default;
        if (task.TakePermissionAnswer(file.File.Inode, FileEvents.FAN_ACCESS_PERM) is { } known)
        {
            result = known;
            return known != 0;
        }
        if (file.AskToRead() is not { } question)
            return false;
        result = ThenAgain(task, question);
        return true;
    }

    /// <inheritdoc/>
    public bool Try(KernelTask task, out SysResult result)
    {
        result = default;
        if (!question.TryDecide())
            return false;
        if (call is null)
        {
            (task.PermissionAnswers ??= []).Add(question);
            result = SysResult.RestartNoIntr;
        }
        else
        {
            result = question.Answer != 0 ? question.Answer : call(task);
        }
        return true;
    }

    /// <inheritdoc/>
    public SysResult Interrupted(KernelTask task, SysResult result)
    {
        question.Cancel();
        return result;
    }
}
