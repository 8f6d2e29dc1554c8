using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <content>The slave's side: what programs see of their terminal.</content>
public sealed partial class Pty
{
    /// <summary>Whether a file opened then has lost its line.</summary>
    internal bool IsHungUp(int opened) => Volatile.Read(ref generation) != opened;

    /// <summary>How a read waits: VMIN and VTIME (in nanoseconds); both 0 where lines are read.</summary>
    internal (int Minimum, long TimeNs) Timing
    {
        get
        {
            const long Tenth = 100_000_000;
            lock (gate)
            {
                return (line.Settings.Base.Local & LocalModes.ICANON) != 0
                    ? (1, 0)
                    : (line.Character(ControlCharacter.VMIN), line.Character(ControlCharacter.VTIME) * Tenth);
            }
        }
    }

    /// <summary>
    /// Reads what there is: a line, or bytes. EAGAIN when there is nothing; 0 at an end of file and after a hang-up.
    /// </summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="opened">The generation of the file.</param>
    /// <param name="isLine">Whether it was a line: then nothing more is to be waited for.</param>
    internal SysResult ReadSlave(ref UserBuffer buffer, int opened, out bool isLine)
    {
        TtyEffects effects;
        int done;
        isLine = true;
        lock (gate)
        {
            if (generation != opened)
                return 0;
            isLine = line.ReadsLines;
            if (isLine ? !line.Input.HasLine : line.Input.Count == 0)
                return masterClosed ? Errno.EIO : Errno.EAGAIN;
            bool wanted = buffer.Remaining > 0;
            done = isLine ? line.Input.DrainLine(ref buffer) : line.Input.Drain(ref buffer);
            if (done == 0 && wanted && buffer.Faulted)
                return Errno.EFAULT;
            FeedHeld();
            effects = TakeEffects();
            // Who has just read need not be told of what is left.
            if (!HasInput())
                effects &= ~TtyEffects.WakeReaders;
        }
        Apply(effects);
        return done;
    }

    /// <summary>Writes what there is room for; EAGAIN when there is none, EIO after a hang-up.</summary>
    internal SysResult WriteSlave(ref UserBuffer buffer, int opened)
    {
        if (buffer.Remaining == 0)
            return 0;
        TtyEffects effects;
        int done;
        lock (gate)
        {
            if (generation != opened || masterClosed)
                return Errno.EIO;
            done = line.Write(ref buffer);
            writersWait |= buffer.Remaining > 0;
            effects = TakeEffects();
        }
        Apply(effects);
        return done > 0 ? done : buffer.Faulted ? Errno.EFAULT : Errno.EAGAIN;
    }

    /// <summary>What the slave is ready for.</summary>
    internal PollEvents PollSlave(int opened)
    {
        const PollEvents In = PollEvents.POLLIN | PollEvents.POLLRDNORM, Out = PollEvents.POLLOUT | PollEvents.POLLWRNORM;
        PollEvents events = 0;
        lock (gate)
        {
            if (generation != opened)
                return In | Out | PollEvents.POLLERR | PollEvents.POLLHUP;
            if (line.ReadsLines ? line.Input.HasLine : line.Input.Count >= PollMinimum())
                events |= In;
            if (line.HasRoom)
                events |= Out;
            else
                writersWait = true;
        }
        return events;
    }

    /// <summary>Bytes a read could get. FIONREAD.</summary>
    internal int Available
    {
        get
        {
            lock (gate)
                return line.ReadsLines ? line.Input.CountLines() : line.Input.Count;
        }
    }

    /// <summary>Forgets what waits: received, or written and not yet read by the master. tcflush(3).</summary>
    internal void Flush(bool received, bool sent)
    {
        lock (gate)
        {
            if (received)
                FlushInputLocked();
            if (sent)
                line.FlushOutput();
        }
        Finish();
    }

    /// <summary>Stops or starts output, or sends the stop or start character to the other side. tcflow(3).</summary>
    internal SysResult Flow(int action)
    {
        lock (gate)
        {
            switch (action)
            {
                case 0:
                    line.Stop(byCall: true);
                    break;
                case 1:
                    line.Start(byCall: true);
                    break;
                case 2 or 3:
                    byte c = line.Character(action == 2 ? ControlCharacter.VSTOP : ControlCharacter.VSTART);
                    if (c != 0)
                        line.SendUrgently(c);
                    break;
                default:
                    return Errno.EINVAL;
            }
        }
        Finish();
        return 0;
    }

    /// <summary>Receives a byte as if it had been typed. TIOCSTI.</summary>
    internal void Fake(byte c)
    {
        lock (gate)
        {
            if (held.Room > 0)
                held.Add(c);
            FeedHeld();
        }
        Finish();
    }

    // Poll waits for VMIN bytes where no time is set: n_tty's input_available_p.
    private int PollMinimum()
    {
        byte minimum = line.Character(ControlCharacter.VMIN);
        return minimum > 0 && line.Character(ControlCharacter.VTIME) == 0 ? minimum : 1;
    }

    private bool HasInput() => line.ReadsLines ? line.Input.HasLine : line.Input.Count > 0;

    private void FlushInputLocked()
    {
        line.FlushInput();
        held.Truncate(0);
        line.Effects |= TtyEffects.WakeMasterWriters;
    }
}
