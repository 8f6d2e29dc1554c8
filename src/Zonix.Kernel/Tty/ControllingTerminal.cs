using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>
/// Job control of one terminal: the session it controls and the group in its foreground. credentials(7), ioctl_tty(2). Changes
/// happen under the <see cref="PidSpace.TreeGate"/> of the session; reading takes no lock.
/// </summary>
public sealed class ControllingTerminal(ITerminal terminal)
{
    private const int CAP_SYS_ADMIN = 21;
    private volatile TerminalOwner? owner;

    /// <summary>The terminal.</summary>
    public ITerminal Terminal => terminal;

    /// <summary>The number of the foreground group; 0: none. Any thread.</summary>
    public int ForegroundGroup => owner?.Foreground.Value ?? 0;

    /// <summary>The number of the session; 0: none. Any thread.</summary>
    public int Session => owner?.Session.Value ?? 0;

    /// <summary>
    /// Becomes the caller's controlling terminal. <paramref name="steal"/>: even if it controls another session, which takes
    /// CAP_SYS_ADMIN. ioctl_tty(2), TIOCSCTTY.
    /// </summary>
    public Errno Acquire(KernelTask task, bool readable, bool steal)
    {
        ArgumentNullException.ThrowIfNull(task);
        Process process = task.Process;
        lock (process.Pids.TreeGate)
        {
            bool isLeader = process.SessionId == process.Pid;
            if (isLeader && owner is { } own && own.Session == process.SessionId && ReferenceEquals(own.Pids, process.Pids))
                return 0;
            if (!isLeader || process.Terminal is not null)
                return Errno.EPERM;
            bool mighty = task.Credentials.Has(CAP_SYS_ADMIN);
            if (owner is not null)
            {
                if (!steal || !mighty)
                    return Errno.EPERM;
                ForgetInSession();
            }
            if (!readable && !mighty)
                return Errno.EPERM;
            Take(process);
        }
        return 0;
    }

    /// <summary>A session leader without a terminal that opens one for reading gets it. open(2), O_NOCTTY.</summary>
    public void AcquireAtOpen(OpenFlags flags)
    {
        if ((flags & OpenFlags.O_NOCTTY) != 0 || (flags & OpenFlags.O_ACCMODE) == OpenFlags.O_WRONLY)
            return;
        if (owner is not null || Scheduling.Worker.Current?.Running?.Process is not { Terminal: null } process)
            return;
        lock (process.Pids.TreeGate)
        {
            if (owner is null && process.Terminal is null && process.SessionId == process.Pid)
                Take(process);
        }
    }

    /// <summary>Gives the caller's terminal up; a session leader does so for its session. ioctl_tty(2), TIOCNOTTY.</summary>
    public Errno Leave(KernelTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        Process process = task.Process;
        lock (process.Pids.TreeGate)
        {
            if (!ReferenceEquals(process.Terminal, this))
                return Errno.ENOTTY;
            if (process.SessionId == process.Pid)
                Disassociate(exits: false);
            process.Terminal = null;
        }
        return 0;
    }

    /// <summary>
    /// May a process do this to its terminal now? A background process is sent the signal, and tries again when it goes on; with
    /// the signal blocked or ignored, only reading fails. <c>tty_check_change</c>.
    /// </summary>
    /// <returns>0; EIO; a restart.</returns>
    public SysResult Check(KernelTask task, Signal signal)
    {
        ArgumentNullException.ThrowIfNull(task);
        Process process = task.Process;
        if (!ReferenceEquals(process.Terminal, this) || owner is not { Foreground.Value: > 0 } now || process.GroupId == now.Foreground)
            return 0;
        bool ignored = (task.Signals.Blocked & SignalMask.Of(signal)) != 0 || process.Signals.IsIgnored((int)signal);
        if (ignored)
            return signal == Signal.SIGTTIN ? Errno.EIO : 0;
        lock (process.Pids.TreeGate)
        {
            if (process.Group.IsOrphaned())
                return Errno.EIO;
            process.Group.Send(signal);
        }
        return SysResult.RestartSys;
    }

    /// <summary>The foreground group as the caller may ask for it. TIOCGPGRP.</summary>
    /// <param name="task">Who asks.</param>
    /// <param name="fromMaster">Asked of a pty's master, which need not belong to the session.</param>
    public SysResult GetForeground(KernelTask task, bool fromMaster) =>
        !fromMaster && !ReferenceEquals(task.Process.Terminal, this) ? Errno.ENOTTY : ForegroundGroup;

    /// <summary>The session as the caller may ask for it. TIOCGSID.</summary>
    /// <param name="task">Who asks.</param>
    /// <param name="fromMaster">Asked of a pty's master.</param>
    public SysResult GetSession(KernelTask task, bool fromMaster) =>
        (!fromMaster && !ReferenceEquals(task.Process.Terminal, this)) || owner is not { } now ? Errno.ENOTTY : now.Session;

    /// <summary>Moves a group of the caller's session to the foreground. TIOCSPGRP.</summary>
    public SysResult SetForeground(KernelTask task, UserAddress argument)
    {
        ArgumentNullException.ThrowIfNull(task);
        SysResult checkedNow = Check(task, Signal.SIGTTOU);
        if (checkedNow.Raw != 0)
            return checkedNow == Errno.EIO ? Errno.ENOTTY : checkedNow;
        if (!task.Memory.TryRead(argument, out int number))
            return Errno.EFAULT;
        if (number < 0)
            return Errno.EINVAL;
        Process process = task.Process;
        lock (process.Pids.TreeGate)
        {
            if (!ReferenceEquals(process.Terminal, this) || owner is not { } now || now.Session != process.SessionId)
                return Errno.ENOTTY;
            if (process.Pids.Group(new Pid(number)) is not { } group)
                return process.Pids.Processes[new Pid(number)] is null ? Errno.ESRCH : Errno.EPERM;
            if (group.Session != process.SessionId)
                return Errno.EPERM;
            owner = now with { Foreground = group.Id };
        }
        return 0;
    }

    /// <summary>Sends a signal of the kernel's to the foreground group. Call with no lock held.</summary>
    public void SignalForeground(Signal signal)
    {
        if (owner is not { Foreground.Value: > 0 } now)
            return;
        lock (now.Pids.TreeGate)
            now.Pids.Group(now.Foreground)?.Send(signal);
    }

    /// <summary>
    /// The line is gone: the session's leader gets SIGHUP and SIGCONT, and nobody has a controlling terminal any more. Call with
    /// no lock held. vhangup(2).
    /// </summary>
    public void HangUp()
    {
        if (owner is not { } now)
            return;
        lock (now.Pids.TreeGate)
        {
            ForgetInSession();
            if (now.Pids.Processes[now.Session] is { HasEnded: false } leader)
            {
                SignalSending.Send(leader, SigInfo.FromKernel((int)Signal.SIGHUP));
                SignalSending.Send(leader, SigInfo.FromKernel((int)Signal.SIGCONT));
                leader.LastForeground = now.Foreground;
            }
            owner = null;
        }
    }

    /// <summary>No file of it is open any more: the processes lose it. Call with no lock held.</summary>
    public void Closed()
    {
        if (owner is not { } now)
            return;
        lock (now.Pids.TreeGate)
            ForgetInSession();
    }

    /// <summary>The session's leader goes, or gives it up: who is in the foreground hears of it. Under the tree's gate.</summary>
    internal void Disassociate(bool exits)
    {
        if (owner is not { } now)
            return;
        if (now.Pids.Group(now.Foreground) is { } group)
        {
            group.Send(Signal.SIGHUP);
            if (!exits)
                group.Send(Signal.SIGCONT);
        }
        ForgetInSession();
        owner = null;
    }

    private void Take(Process process)
    {
        owner = new TerminalOwner(process.Pids, process.SessionId, process.GroupId);
        process.Terminal = this;
    }

    private void ForgetInSession()
    {
        if (owner is not { } now)
            return;
        foreach (Process process in now.Pids.Processes.Snapshot())
        {
            if (process.SessionId == now.Session && ReferenceEquals(process.Terminal, this))
                process.Terminal = null;
        }
    }
}
