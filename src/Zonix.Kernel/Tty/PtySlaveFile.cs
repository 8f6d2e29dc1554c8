using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>An open terminal: the slave of a pty.</summary>
internal sealed class PtySlaveFile(Pty pty, IInode inode, int generation) : IReadable, IWritable, IControllable, ITerminalFile
{
    private TerminalRead? idle;

    public IInode Inode => inode;

    /// <summary>The pty.</summary>
    internal Pty Pty => pty;

    public WaitQueue ReadQueue => pty.ReadQueue;

    public WaitQueue WriteQueue => pty.WriteQueue;

    /// <summary>What there is, without job control: for those who cannot wait by the rules of terminals.</summary>
    public SysResult Read(ref UserBuffer buffer, long offset) => Take(ref buffer, out _);

    public SysResult Write(ref UserBuffer buffer, ref long offset) => pty.WriteSlave(ref buffer, generation);

    public PollEvents Poll(PollEvents interest) => pty.PollSlave(generation);

    public SysResult Read(KernelTask task, in UserBuffer buffer, bool nonBlocking)
    {
        if (pty.IsHungUp(generation))
            return 0;
        SysResult allowed = pty.Control.Check(task, Signal.SIGTTIN);
        if (allowed.Raw != 0 || buffer.Remaining == 0)
            return allowed;
        // One reader at a time is the rule: it finds what the one before has left.
        TerminalRead read = Interlocked.Exchange(ref idle, null) ?? new TerminalRead(this);
        return read.Start(task, buffer, nonBlocking);
    }

    public SysResult BeforeWrite(KernelTask task) =>
        (pty.Termios.Base.Local & LocalModes.TOSTOP) == 0 || pty.IsHungUp(generation) ? 0 : pty.Control.Check(task, Signal.SIGTTOU);

    public SysResult Control(KernelTask task, uint request, UserAddress argument)
    {
        if (pty.IsHungUp(generation))
            return request == TtyRequest.TIOCSPGRP ? Errno.ENOTTY : Errno.EIO;
        return TtyRequests.Handle(task, pty, fromMaster: false, request, argument);
    }

    public void Close() => pty.CloseSlave();

    /// <summary>Takes what there is; see <see cref="Pty.ReadSlave"/>.</summary>
    internal SysResult Take(ref UserBuffer buffer, out bool isLine) => pty.ReadSlave(ref buffer, generation, out isLine);

    /// <summary>A read is over.</summary>
    internal void Done(TerminalRead read) => Volatile.Write(ref idle, read);
}
