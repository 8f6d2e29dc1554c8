using Zonix.Abi;
using Zonix.Kernel.Signals;

namespace Zonix.Kernel.Tasks;

/// <summary>Processes that signals reach together; part of a session. setpgid(2). Guarded by <see cref="PidSpace.TreeGate"/>.</summary>
public sealed class ProcessGroup
{
    private readonly List<Process> members = [];

    internal ProcessGroup(Pid id, Pid session)
    {
        Id = id;
        Session = session;
    }

    /// <summary>Its number: that of its first process.</summary>
    public Pid Id { get; }

    /// <summary>The session it belongs to.</summary>
    public Pid Session { get; }

    /// <summary>Its processes, ended ones included.</summary>
    public IReadOnlyList<Process> Members => members;

    internal void Add(Process process) => members.Add(process);

    internal bool Remove(Process process)
    {
        members.Remove(process);
        return members.Count == 0;
    }

    /// <summary>
    /// Whether no member has a living parent in another group of the session, who could continue it when it stops. setpgid(2),
    /// "orphaned process group".
    /// </summary>
    /// <param name="except">A member that does not count, because it is about to end.</param>
    internal bool IsOrphaned(Process? except = null)
    {
        foreach (var member in members)
        {
            if (ReferenceEquals(member, except) || member.HasEnded || member.Parent is not { } parent)
            {
                continue;
            }

            if (!ReferenceEquals(parent.Group, this) && parent.SessionId == Session)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a member is stopped.</summary>
    internal bool HasStopped()
    {
        foreach (var member in members)
        {
            if (member.IsStopped)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sends a signal of the kernel's to all members.</summary>
    public void Send(Signal signal)
    {
        foreach (var member in members.ToArray())
        {
            SignalSending.Send(member, SigInfo.FromKernel((int)signal));
        }
    }
}
