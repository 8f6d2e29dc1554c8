using System.Buffers;

namespace Zonix.Kernel.Tty;

/// <summary>
/// What lies between a terminal and its programs: lines and their editing, echo, signals, flow control, the form of output.
/// Behaves as Linux's N_TTY. termios(3). Guarded by its owner, to whom it leaves what is to be done afterwards.
/// </summary>
internal sealed partial class LineDiscipline
{
    private const int EchoSize = 4096;
    private readonly InputQueue input = new();
    private readonly ByteRing output, echo = new(EchoSize);
    private Termios2 settings = TerminalDefaults.Create();
    private SearchValues<byte> special = SearchValues.Create(ReadOnlySpan<byte>.Empty);
    private bool isRaw, isExternal, isCanonical, literal, erasing;
    private int column, lineColumn;

    /// <summary>Over the queue that output goes to.</summary>
    internal LineDiscipline(ByteRing output)
    {
        this.output = output;
        Prepare();
    }

    /// <summary>What was received.</summary>
    internal InputQueue Input => input;

    /// <summary>What is to be done for what has happened since it was last asked for.</summary>
    internal TtyEffects Effects { get; set; }

    /// <summary>Packet mode's news for the master.</summary>
    internal PacketStatus Status { get; set; }

    /// <summary>Whether the master is told of changes.</summary>
    internal bool TellsMaster { get; set; }

    /// <summary>Output is held up: by the stop character, or by tcflow(3).</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>It was tcflow(3).</summary>
    internal bool IsStoppedByCall { get; private set; }

    /// <summary>The settings. Copies: tcsetattr(3) changes them by <see cref="Change"/>.</summary>
    internal ref readonly Termios2 Settings => ref settings;

    /// <summary>Whether reads get lines.</summary>
    internal bool ReadsLines => isCanonical && !isExternal;

    private bool Has(InputModes mode) => (settings.Base.Input & mode) != 0;

    private bool Has(OutputModes mode) => (settings.Base.Output & mode) != 0;

    private bool Has(LocalModes mode) => (settings.Base.Local & mode) != 0;

    internal byte Character(ControlCharacter which) => settings.Base.Characters[(int)which];

    /// <summary>Takes other settings. A pty has eight bits and no parity, whatever is asked for.</summary>
    internal void Change(in Termios2 to)
    {
        Termios2 old = settings;
        settings = to;
        ref Termios now = ref settings.Base;
        now.Control = (now.Control & ~(ControlModes.CSIZE | ControlModes.PARENB)) | ControlModes.CS8 | ControlModes.CREAD;
        now.Line = old.Base.Line;
        const LocalModes Reading = LocalModes.ICANON | LocalModes.EXTPROC;
        if (((old.Base.Local ^ now.Local) & Reading) != 0)
        {
            input.ChangeMode(Has(LocalModes.ICANON));
            (literal, erasing) = (false, false);
        }
        Prepare();
        if (TellsMaster)
            TellOfChange(old.Base);
        // Who takes flow control away must not leave the terminal stopped.
        if (!Has(InputModes.IXON) && (old.Base.Input & InputModes.IXON) != 0 && !IsStoppedByCall)
            Start();
        Effects |= TtyEffects.WakeReaders | TtyEffects.WakeWriters;
    }

    /// <summary>Holds output up.</summary>
    internal void Stop(bool byCall = false)
    {
        IsStoppedByCall |= byCall;
        if (IsStopped)
            return;
        IsStopped = true;
        Tell(PacketStatus.TIOCPKT_STOP, PacketStatus.TIOCPKT_START);
    }

    /// <summary>Lets output go on, unless tcflow(3) has stopped it.</summary>
    internal void Start(bool byCall = false)
    {
        if (byCall)
            IsStoppedByCall = false;
        if (!IsStopped || IsStoppedByCall)
            return;
        IsStopped = false;
        Tell(PacketStatus.TIOCPKT_START, PacketStatus.TIOCPKT_STOP);
        Effects |= TtyEffects.WakeWriters;
        FlushEcho();
    }

    /// <summary>Forgets what was received. tcflush(3).</summary>
    internal void FlushInput()
    {
        input.Clear();
        (literal, erasing) = (false, false);
        Tell(PacketStatus.TIOCPKT_FLUSHREAD, 0);
    }

    /// <summary>Forgets output that is not yet at the master's.</summary>
    internal void FlushOutput()
    {
        // What the master could have read at once it still gets: on Linux that lies in its own queue already.
        output.Truncate(InputQueue.Size - 1);
        Effects |= TtyEffects.WakeWriters;
        Tell(PacketStatus.TIOCPKT_FLUSHWRITE, 0);
    }

    /// <summary>The line was hung up: it begins anew.</summary>
    internal void Reset()
    {
        input.Clear();
        echo.Skip(echo.Count);
        settings = TerminalDefaults.Create();
        (literal, erasing, column, lineColumn) = (false, false, 0, 0);
        (IsStopped, IsStoppedByCall) = (false, false);
        Prepare();
    }

    private void Tell(PacketStatus set, PacketStatus clear)
    {
        if (!TellsMaster)
            return;
        Status = (Status & ~clear) | set;
        Effects |= TtyEffects.WakeMasterReaders;
    }

    // Which bytes are more than themselves. n_tty_set_termios.
    private void Prepare()
    {
        const InputModes Transforming = InputModes.ISTRIP | InputModes.IUCLC | InputModes.IGNCR | InputModes.ICRNL | InputModes.INLCR |
            InputModes.IXON | InputModes.PARMRK;
        isCanonical = Has(LocalModes.ICANON);
        isExternal = Has(LocalModes.EXTPROC);
        isRaw = !Has(Transforming) && !Has(LocalModes.ICANON | LocalModes.ISIG | LocalModes.ECHO);
        Span<byte> found = stackalloc byte[16];
        int count = 0;
        if (Has(InputModes.IGNCR | InputModes.ICRNL))
            found[count++] = (byte)'\r';
        if (Has(InputModes.INLCR) || isCanonical)
            found[count++] = (byte)'\n';
        if (isCanonical)
        {
            Add(found, ref count, ControlCharacter.VERASE, ControlCharacter.VKILL, ControlCharacter.VEOF, ControlCharacter.VEOL);
            if (Has(LocalModes.IEXTEN))
                Add(found, ref count, ControlCharacter.VWERASE, ControlCharacter.VLNEXT, ControlCharacter.VEOL2);
            if (Has(LocalModes.IEXTEN) && Has(LocalModes.ECHO))
                Add(found, ref count, ControlCharacter.VREPRINT);
        }
        if (Has(InputModes.IXON))
            Add(found, ref count, ControlCharacter.VSTART, ControlCharacter.VSTOP);
        if (Has(LocalModes.ISIG))
            Add(found, ref count, ControlCharacter.VINTR, ControlCharacter.VQUIT, ControlCharacter.VSUSP);
        special = SearchValues.Create(found[..count]);
    }

    // A character that is 0 is switched off.
    private void Add(Span<byte> found, ref int count, params ReadOnlySpan<ControlCharacter> characters)
    {
        foreach (ControlCharacter which in characters)
        {
            if (Character(which) != 0)
                found[count++] = Character(which);
        }
    }

    // What the master of a pty in packet mode is told. pty_set_termios.
    private void TellOfChange(in Termios old)
    {
        bool external = ((old.Local | settings.Base.Local) & LocalModes.EXTPROC) != 0;
        bool before = HasUsualFlow(old), now = HasUsualFlow(settings.Base);
        if (before != now)
            Tell(now ? PacketStatus.TIOCPKT_DOSTOP : PacketStatus.TIOCPKT_NOSTOP, PacketStatus.TIOCPKT_DOSTOP | PacketStatus.TIOCPKT_NOSTOP);
        if (external)
            Tell(PacketStatus.TIOCPKT_IOCTL, 0);
    }

    private static bool HasUsualFlow(in Termios settings) =>
        (settings.Input & InputModes.IXON) != 0 && settings.Characters[(int)ControlCharacter.VSTOP] == 19 &&
        settings.Characters[(int)ControlCharacter.VSTART] == 17;
}
