using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <content>The master's side.</content>
public sealed partial class Pty
{
    private const int ChunkSize = 1024;

    /// <summary>Reads what the slave's side has written or echoed; EIO when nobody has the slave open any more.</summary>
    internal SysResult ReadMaster(ref UserBuffer buffer)
    {
        if (buffer.Remaining == 0)
            return 0;
        TtyEffects effects;
        int done = 0;
        lock (gate)
        {
            if (packets && line.Status != 0)
            {
                done = buffer.CopyOut([(byte)line.Status]);
                line.Status = 0;
                return done == 0 ? Errno.EFAULT : done;
            }
            if (output.Count == 0)
            {
                line.FlushEcho();
                if (output.Count == 0)
                    return slaveClosed ? Errno.EIO : Errno.EAGAIN;
            }
            if (packets)
                done = buffer.CopyOut([(byte)PacketStatus.TIOCPKT_DATA]);
            done += output.Drain(ref buffer);
            line.FlushEcho();
            effects = TakeEffects() & ~TtyEffects.WakeMasterReaders;
            if (writersWait && output.Count <= OutputSize / 2)
            {
                writersWait = false;
                effects |= TtyEffects.WakeWriters;
            }
        }
        Apply(effects);
        return done == 0 ? Errno.EFAULT : done;
    }

    /// <summary>Writes to the line: what the slave's side receives. EAGAIN when that has no room.</summary>
    internal SysResult WriteMaster(ref UserBuffer buffer)
    {
        if (buffer.Remaining == 0)
            return 0;
        TtyEffects effects;
        long done = 0;
        lock (gate)
        {
            FeedHeld();
            while (buffer.Remaining > 0 && !buffer.Faulted)
            {
                int n = held.Count > 0 ? held.Fill(ref buffer) : Feed(ref buffer);
                if (n == 0)
                    break;
                done += n;
            }
            masterWritersWait |= buffer.Remaining > 0;
            effects = TakeEffects();
        }
        Apply(effects);
        return done > 0 ? done : buffer.Faulted ? Errno.EFAULT : Errno.EAGAIN;
    }

    /// <summary>What the master is ready for.</summary>
    internal PollEvents PollMaster()
    {
        PollEvents events = 0;
        lock (gate)
        {
            if (output.Count > 0)
                events |= PollEvents.POLLIN | PollEvents.POLLRDNORM;
            if (packets && line.Status != 0)
                events |= PollEvents.POLLPRI | PollEvents.POLLIN | PollEvents.POLLRDNORM;
            if (slaveClosed)
                events |= PollEvents.POLLHUP;
            if (held.Room > 0)
                events |= PollEvents.POLLOUT | PollEvents.POLLWRNORM;
            else
                masterWritersWait = true;
        }
        return events;
    }

    /// <summary>Bytes the master could read. FIONREAD.</summary>
    internal int MasterAvailable
    {
        get
        {
            lock (gate)
                return output.Count;
        }
    }

    /// <summary>Forgets what waits: <paramref name="received"/> what the master could read, <paramref name="sent"/> what it has written.</summary>
    internal void FlushMaster(bool received, bool sent)
    {
        lock (gate)
        {
            if (received)
            {
                output.Truncate(0);
                line.Effects |= TtyEffects.WakeWriters;
            }
            if (sent)
            {
                held.Truncate(0);
                line.Effects |= TtyEffects.WakeMasterWriters;
            }
        }
        Finish();
    }

    // Bytes for the line: as they are where nothing is to be looked at, else piece by piece. What finds no room is held.
    private int Feed(ref UserBuffer buffer)
    {
        if (line.TakesAll)
        {
            int taken = line.Receive(ref buffer);
            return taken > 0 || buffer.Faulted ? taken : held.Fill(ref buffer);
        }
        Span<byte> chunk = stackalloc byte[ChunkSize];
        int n = buffer.CopyIn(chunk[..(int)Math.Min(buffer.Remaining, ChunkSize)]);
        int received = line.Receive(chunk[..n]);
        if (received < n)
            held.Add(chunk[received..n]);
        return n;
    }

    // There may be room again for what was held.
    private void FeedHeld()
    {
        while (held.Count > 0)
        {
            ReadOnlySpan<byte> first = held.First;
            int n = line.Receive(first);
            held.Skip(n);
            if (n < first.Length)
                break;
        }
        if (masterWritersWait && held.Count <= HeldSize / 2)
        {
            masterWritersWait = false;
            line.Effects |= TtyEffects.WakeMasterWriters;
        }
    }
}
