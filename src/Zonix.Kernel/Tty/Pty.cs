using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Tty;

/// <summary>
/// A pseudoterminal: a terminal (the slave) whose line is a file (the master). pty(7). One lock guards both sides; signals are sent
/// and queues woken outside of it.
/// </summary>
public sealed partial class Pty : ITerminal
{
    private const int CAP_SYS_ADMIN = 21, SlaveMajor = 136;
    private const int OutputSize = 16384, HeldSize = 8192;

    private readonly Lock gate = new();
    private readonly IPtyOwner owner;
    private readonly ByteRing output = new(OutputSize), held = new(HeldSize);
    private readonly LineDiscipline line;
    private WindowSize windowSize;
    private int slaves, generation;
    private bool masterClosed, slaveClosed, packets, writersWait, masterWritersWait;

    /// <summary>A pty with its number in an instance of devpts. It begins locked.</summary>
    public Pty(IPtyOwner owner, int index, TtySettings settings)
    {
        this.owner = owner;
        Index = index;
        Settings = settings;
        line = new LineDiscipline(output);
        Control = new ControllingTerminal(this);
    }

    /// <summary>Its number.</summary>
    public int Index { get; }

    /// <inheritdoc/>
    public ulong Number => DeviceTable.Number(SlaveMajor, (uint)Index);

    /// <inheritdoc/>
    public ControllingTerminal Control { get; }

    /// <summary>The slave cannot be opened yet. unlockpt(3).</summary>
    internal bool IsLocked { get; set; } = true;

    /// <summary>Only the mighty may open the slave. TIOCEXCL.</summary>
    internal bool IsExclusive { get; set; }

    /// <summary>The machine's settings of terminals.</summary>
    internal TtySettings Settings { get; }

    /// <summary>Woken when the slave may have something to read.</summary>
    internal WaitQueue ReadQueue { get; } = new();

    /// <summary>Woken when the slave may be written to.</summary>
    internal WaitQueue WriteQueue { get; } = new();

    /// <summary>Woken when the master may have something to read.</summary>
    internal WaitQueue MasterReadQueue { get; } = new();

    /// <summary>Woken when the master may be written to.</summary>
    internal WaitQueue MasterWriteQueue { get; } = new();

    /// <summary>Rows and columns. A change is told to the foreground by SIGWINCH.</summary>
    public WindowSize WindowSize
    {
        get
        {
            lock (gate)
                return windowSize;
        }

        set
        {
            lock (gate)
            {
                if (windowSize == value)
                    return;
                windowSize = value;
            }
            Control.SignalForeground(Signal.SIGWINCH);
        }
    }

    /// <summary>How it is set. tcgetattr(3).</summary>
    internal Termios2 Termios
    {
        get
        {
            lock (gate)
                return line.Settings;
        }
    }

    /// <summary>TIOCPKT: each read of the master begins with a byte that says what has happened.</summary>
    internal bool SendsPackets
    {
        get => Volatile.Read(ref packets);

        set
        {
            lock (gate)
            {
                if (value && !packets)
                    line.Status = 0;
                packets = line.TellsMaster = value;
            }
        }
    }

    /// <summary>Sets it, with the input forgotten when <paramref name="flush"/> is set. tcsetattr(3).</summary>
    internal void Change(in Termios2 to, bool flush)
    {
        lock (gate)
        {
            if (flush)
                FlushInputLocked();
            line.Change(to);
            FeedHeld();
        }
        Finish();
    }

    /// <summary>Takes over what a user has set at another terminal: control characters and UTF-8. <paramref name="settings"/> is a struct termios; empty: nothing.</summary>
    public void Inherit(ReadOnlySpan<byte> settings)
    {
        const int CharactersAt = 17, Characters = 17;
        if (settings.Length < CharactersAt + Characters)
            return;
        Termios2 to = Termios;
        to.Base.Input |= (InputModes)BitConverter.ToUInt32(settings) & InputModes.IUTF8;
        for (int i = 0; i < Characters; i++)
        {
            if (i is not ((int)ControlCharacter.VMIN or (int)ControlCharacter.VTIME))
                to.Base.Characters[i] = settings[CharactersAt + i];
        }
        Change(to, flush: false);
    }

    /// <summary>The slave may be opened from now on. unlockpt(3).</summary>
    public void Unlock() => IsLocked = false;

    /// <summary>Opens the slave: EIO while it is locked or when the master is gone, EBUSY when somebody has it alone.</summary>
    public Errno Open(IInode node, OpenFlags flags, out IFile? file) => Open(node, flags, evenLocked: false, out file);

    /// <summary>The same, <paramref name="evenLocked"/> or not: a master's holder may.</summary>
    public Errno Open(IInode node, OpenFlags flags, bool evenLocked, out IFile? file)
    {
        file = null;
        lock (gate)
        {
            if (masterClosed || (IsLocked && !evenLocked))
                return Errno.EIO;
            if (IsExclusive && Scheduling.Worker.Current?.Running?.Credentials.Has(CAP_SYS_ADMIN) == false)
                return Errno.EBUSY;
            slaves++;
            slaveClosed = false;
            file = new PtySlaveFile(this, node, generation);
        }
        Control.AcquireAtOpen(flags);
        return 0;
    }

    internal Errno OpenPeer(Tasks.KernelTask task, OpenFlags flags, out OpenFileDescription? opened) => owner.OpenPeer(task, this, flags, out opened);

    internal void CloseSlave()
    {
        bool last, gone;
        lock (gate)
        {
            last = --slaves == 0;
            slaveClosed |= last;
            gone = last && masterClosed;
            IsExclusive &= !last;
        }
        if (last)
        {
            Control.Closed();
            Wake(TtyEffects.WakeAll);
        }
        if (gone)
            owner.Release(Index);
    }

    internal void CloseMaster()
    {
        bool gone;
        lock (gate)
        {
            masterClosed = true;
            gone = slaves == 0;
        }
        owner.Unlink(Index);
        HangUp();
        if (gone)
            owner.Release(Index);
    }

    /// <inheritdoc/>
    public void HangUp()
    {
        lock (gate)
        {
            generation++;
            line.Reset();
            held.Skip(held.Count);
        }
        Control.HangUp();
        Wake(TtyEffects.WakeAll);
    }

    // Does what has come up under the lock. Call without it.
    private void Finish()
    {
        TtyEffects effects;
        lock (gate)
            effects = TakeEffects();
        Apply(effects);
    }

    private TtyEffects TakeEffects()
    {
        TtyEffects effects = line.Effects;
        line.Effects = 0;
        return effects;
    }

    private void Apply(TtyEffects effects)
    {
        if (effects == 0)
            return;
        if ((effects & TtyEffects.Interrupt) != 0)
            Control.SignalForeground(Signal.SIGINT);
        if ((effects & TtyEffects.Quit) != 0)
            Control.SignalForeground(Signal.SIGQUIT);
        if ((effects & TtyEffects.Suspend) != 0)
            Control.SignalForeground(Signal.SIGTSTP);
        Wake(effects);
    }

    private void Wake(TtyEffects effects)
    {
        if ((effects & TtyEffects.WakeReaders) != 0)
            ReadQueue.WakeAll();
        if ((effects & TtyEffects.WakeWriters) != 0)
            WriteQueue.WakeAll();
        if ((effects & TtyEffects.WakeMasterReaders) != 0)
            MasterReadQueue.WakeAll();
        if ((effects & TtyEffects.WakeMasterWriters) != 0)
            MasterWriteQueue.WakeAll();
    }
}
