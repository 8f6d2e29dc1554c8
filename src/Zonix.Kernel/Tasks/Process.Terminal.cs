using Zonix.Abi;
using Zonix.Kernel.Tty;

namespace Zonix.Kernel.Tasks;

/// <content>The controlling terminal. Changed under <see cref="PidSpace.TreeGate"/>.</content>
public sealed partial class Process
{
    private ControllingTerminal? terminal;

    /// <summary>Its controlling terminal; null: none. Any thread may read it.</summary>
    public ControllingTerminal? Terminal
    {
        get => Volatile.Read(ref terminal);
        internal set => Volatile.Write(ref terminal, value);
    }

    /// <summary>The group that was in the foreground when the terminal of a session leader was hung up: it is told of the leader's end.</summary>
    internal Pid LastForeground { get; set; }

    /// <summary>Makes it the leader of a new session, without a terminal. Under <see cref="PidSpace.TreeGate"/>. setsid(2).</summary>
    public void BeginSession()
    {
        MoveToGroup(Pid, Pid);
        Terminal = null;
    }

    /// <summary>The end of a session leader: the terminal loses its session. Under the tree's gate.</summary>
    private void LeaveTerminal()
    {
        if (SessionId != Pid)
        {
            return;
        }

        if (Terminal is { } own)
        {
            own.Disassociate(exits: true);
        }
        else if (LastForeground.Value > 0 && Pids.Group(LastForeground) is { } group)
        {
            group.Send(Signal.SIGHUP);
            group.Send(Signal.SIGCONT);
        }
    }
}
