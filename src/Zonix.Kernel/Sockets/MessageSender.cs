using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Sockets;

/// <summary>Who sent a message. unix(7), SCM_CREDENTIALS.</summary>
public readonly record struct MessageSender(int Pid, uint Uid, uint Gid)
{
    /// <summary>The process; null where it is not known. SO_PEERPIDFD, SCM_PIDFD.</summary>
    public Process? Process { get; init; }

    /// <summary>Its groups, of the other end of a connection. SO_PEERGROUPS.</summary>
    public IReadOnlyList<uint>? Groups { get; init; }

    /// <summary>Whose call it is that runs on this worker.</summary>
    public static MessageSender Current => Worker.Current?.Running is { } task ? Of(task) : default;

    /// <summary>A task, as its messages say it.</summary>
    public static MessageSender Of(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new MessageSender(task.Process.Pid.Value, task.Credentials.Uid, task.Credentials.Gid) { Process = task.Process };
    }

    /// <summary>A task, as the other end of its connections is told.</summary>
    public static MessageSender OfPeer(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new MessageSender(task.Process.Pid.Value, task.Credentials.EffectiveUid, task.Credentials.EffectiveGid)
        {
            Process = task.Process, Groups = task.Credentials.Groups,
        };
    }
}
