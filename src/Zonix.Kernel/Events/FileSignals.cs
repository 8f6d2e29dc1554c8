using Zonix.Abi;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>
/// Signal-driven I/O of an open file: who gets which signal when it becomes ready. A change is noted under the lock of the
/// file's queue, where no signal can be sent; the clock thread sends it at once. fcntl(2), F_SETOWN, F_SETSIG, O_ASYNC.
/// </summary>
public sealed class FileSignals : IWaiter, IExpiry
{
    private const int POLL_IN = 1;
    private const int POLL_OUT = 2;
    private const ulong InBand = 0x41;
    private const ulong OutBand = 0x304;

    private readonly Lock gate = new();
    private readonly OpenFileDescription file;
    private readonly TimerQueue timers;
    private readonly KernelTimer timer;
    private readonly WaitEntry readEntry;
    private readonly WaitEntry writeEntry;
    private FileOwner? owner;
    private int changes;
    private int fd;
    private bool isOn;

    internal FileSignals(OpenFileDescription file, KernelMachine machine)
    {
        this.file = file;
        timers = machine.Scheduler.Timers;
        timer = new KernelTimer(this);
        readEntry = new WaitEntry(this);
        writeEntry = new WaitEntry(this);
        file.Closing += _ => Switch(on: false, default);
    }

    /// <summary>Who gets the signals; null: nobody. Any thread.</summary>
    public FileOwner? Owner
    {
        get => Volatile.Read(ref owner);
        set => Volatile.Write(ref owner, value);
    }

    /// <summary>The signal; 0: SIGIO, without details. Any thread.</summary>
    public int Signo { get; set; }

    /// <summary>O_ASYNC is set through descriptor <paramref name="through"/>, or taken away.</summary>
    public void Switch(bool on, Fd through)
    {
        if (file.Pollable is not { } pollable)
        {
            return;
        }

        lock (gate)
        {
            if (on == isOn)
            {
                return;
            }

            isOn = on;
            fd = through.Value;
            if (on)
            {
                pollable.ReadQueue.Enrol(readEntry);
                if (!ReferenceEquals(pollable.ReadQueue, pollable.WriteQueue))
                {
                    pollable.WriteQueue.Enrol(writeEntry);
                }
            }
            else
            {
                readEntry.Queue?.Leave(readEntry);
                writeEntry.Queue?.Leave(writeEntry);
                timers.Cancel(timer);
            }
        }
    }

    /// <summary>
    /// The holder of a lease, taken through <paramref name="through"/>, has to give way, or something happened in a directory. With no locks
    /// held but gates of directories.
    /// </summary>
    internal void Tell(Fd through)
    {
        const int POLL_MSG = 3;
        const ulong MessageBand = 0x441;
        Owner?.Send(Signo == 0
            ? SigInfo.FromKernel((int)Signal.SIGIO)
            : new SigInfo { Signo = Signo, Code = POLL_MSG, Word0 = MessageBand, Word1 = (uint)through.Value });
    }

    bool IWaiter.Notify(WaitEntry entry)
    {
        Interlocked.Or(ref changes, ReferenceEquals(entry, readEntry) ? POLL_IN : POLL_OUT);
        timers.Arm(timer, 0);
        // It takes nothing away from those who wait.
        return false;
    }

    void IExpiry.Expired(long nowNs)
    {
        var changed = Interlocked.Exchange(ref changes, 0);
        if (file.Pollable is not { } pollable || Owner is not { } who)
        {
            return;
        }

        if (ReferenceEquals(pollable.ReadQueue, pollable.WriteQueue))
        {
            var ready = pollable.Poll(PollEvents.POLLIN | PollEvents.POLLOUT);
            changed = ((ready & PollEvents.POLLOUT) != 0 ? POLL_OUT : 0) | ((ready & ~PollEvents.POLLOUT) != 0 ? POLL_IN : 0);
        }

        if ((changed & POLL_IN) != 0 && file.Readable)
        {
            who.Send(Describe(POLL_IN, InBand));
        }

        if ((changed & POLL_OUT) != 0 && file.Writable)
        {
            who.Send(Describe(POLL_OUT, OutBand));
        }
    }

    private SigInfo Describe(int code, ulong band) => Signo == 0
        ? SigInfo.FromKernel((int)Signal.SIGIO)
        : new SigInfo { Signo = Signo, Code = code, Word0 = band, Word1 = (uint)fd };
}
