using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <content>What becomes of received bytes.</content>
internal sealed partial class LineDiscipline
{
    private const byte Marked = 0xFF;
    private int echoedBefore;

    /// <summary>Whether bytes are taken as they are, so that whole buffers can go to the queue.</summary>
    internal bool TakesAll => (isRaw || (isExternal && !Has(InputModes.ISTRIP))) && !literal;

    /// <summary>Takes as many bytes as there is room for; answers how many.</summary>
    internal int Receive(ReadOnlySpan<byte> source)
    {
        int done = 0;
        echoedBefore = output.Count;
        while (done < source.Length)
        {
            int room = Room();
            if (room <= 0)
            {
                // A line that is too long loses its last byte for the next one, so that it can still be ended.
                if (!isCanonical || input.HasLine)
                    break;
                if (room < 0)
                    input.Retract(input.Head - 1);
                room = 1;
            }
            int n = Math.Min(source.Length - done, room);
            ReceiveSome(source.Slice(done, n));
            done += n;
        }
        if (done > 0 && input.Count > 0)
            Effects |= TtyEffects.WakeReaders;
        return done;
    }

    /// <summary>The same from a buffer, when <see cref="TakesAll"/>.</summary>
    internal int Receive(ref UserBuffer source)
    {
        int done = input.Fill(ref source, Room());
        if (done > 0)
            Effects |= TtyEffects.WakeReaders;
        return done;
    }

    private int Room()
    {
        int room = InputQueue.Size - input.Count;
        if (Has(InputModes.PARMRK))
            room = (room + 2) / 3;
        return room - 1;
    }

    private void ReceiveSome(ReadOnlySpan<byte> source)
    {
        if (TakesAll)
        {
            input.Add(source);
            return;
        }
        bool strips = Has(InputModes.ISTRIP), lowers = Has(InputModes.IUCLC) && Has(LocalModes.IEXTEN);
        while (source.Length > 0)
        {
            int run = 1;
            if (strips || lowers || literal)
            {
                byte c = strips ? (byte)(source[0] & 0x7F) : source[0];
                if (lowers && c is >= (byte)'A' and <= (byte)'Z')
                    c |= 0x20;
                if (isExternal)
                    input.Add(c);
                else if (!literal && special.Contains(c))
                    ReceiveSpecial(c);
                else
                    ReceiveOrdinary([c]);
            }
            else
            {
                run = source.IndexOfAny(special);
                if (run == 0)
                    ReceiveSpecial(source[0]);
                else
                    ReceiveOrdinary(run < 0 ? source : source[..run]);
                run = run < 0 ? source.Length : Math.Max(run, 1);
            }
            source = source[run..];
        }
    }

    private void ReceiveOrdinary(ReadOnlySpan<byte> source)
    {
        literal = false;
        StartIfAny();
        if (Has(LocalModes.ECHO))
        {
            FinishErasing();
            NoteLineColumn();
            EchoAll(source);
        }
        if (!Has(InputModes.PARMRK))
        {
            input.Add(source);
            return;
        }
        foreach (byte c in source)
            Keep(c);
    }

    private void ReceiveSpecial(byte c)
    {
        if (Has(InputModes.IXON) && c != 0 && (c == Character(ControlCharacter.VSTART) || c == Character(ControlCharacter.VSTOP)))
        {
            if (c == Character(ControlCharacter.VSTART))
                Start();
            else
                Stop();
            return;
        }
        if (Has(LocalModes.ISIG) && SignalOf(c) is not TtyEffects.None and var signal)
        {
            ReceiveSignal(c, signal);
            return;
        }
        StartIfAny();
        if (c == '\r')
        {
            if (Has(InputModes.IGNCR))
                return;
            if (Has(InputModes.ICRNL))
                c = (byte)'\n';
        }
        else if (c == '\n' && Has(InputModes.INLCR))
        {
            c = (byte)'\r';
        }
        if (isCanonical && ReceiveInLine(c))
            return;
        if (Has(LocalModes.ECHO))
        {
            FinishErasing();
            if (c == '\n')
            {
                EchoAsIs('\n');
            }
            else
            {
                NoteLineColumn();
                EchoVisibly(c);
            }
        }
        Keep(c);
    }

    private TtyEffects SignalOf(byte c)
    {
        if (c == 0)
            return TtyEffects.None;
        if (c == Character(ControlCharacter.VINTR))
            return TtyEffects.Interrupt;
        if (c == Character(ControlCharacter.VQUIT))
            return TtyEffects.Quit;
        return c == Character(ControlCharacter.VSUSP) ? TtyEffects.Suspend : TtyEffects.None;
    }

    private void ReceiveSignal(byte c, TtyEffects signal)
    {
        Effects |= signal;
        if (!Has(LocalModes.NOFLSH))
        {
            echo.Skip(echo.Count);
            // What was echoed of the same piece of input is not on its way yet.
            output.Truncate(echoedBefore);
            FlushOutput();
            FlushInput();
        }
        if (Has(InputModes.IXON))
            Start();
        if (Has(LocalModes.ECHO))
            EchoVisibly(c);
        else
            FlushEcho();
    }

    // Editing and the ends of lines; false: an ordinary character after all.
    private bool ReceiveInLine(byte c)
    {
        bool extends = Has(LocalModes.IEXTEN);
        if (c != 0 && (c == Character(ControlCharacter.VERASE) || c == Character(ControlCharacter.VKILL) ||
            (extends && c == Character(ControlCharacter.VWERASE))))
        {
            Erase(c);
            return true;
        }
        if (extends && c != 0 && c == Character(ControlCharacter.VLNEXT))
        {
            literal = true;
            if (Has(LocalModes.ECHO))
            {
                FinishErasing();
                if (Has(LocalModes.ECHOCTL))
                {
                    EchoAsIs('^');
                    EchoAsIs('\b');
                }
            }
            return true;
        }
        if (extends && Has(LocalModes.ECHO) && c != 0 && c == Character(ControlCharacter.VREPRINT))
        {
            FinishErasing();
            EchoVisibly(c);
            EchoAsIs('\n');
            for (uint at = input.LineHead; at != input.Head; at++)
                EchoVisibly(input[at]);
            return true;
        }
        return EndsLine(c, extends);
    }

    private bool EndsLine(byte c, bool extends)
    {
        if (c == '\n')
        {
            if (Has(LocalModes.ECHO | LocalModes.ECHONL))
                EchoAsIs('\n');
            input.EndLine(c);
            return true;
        }
        if (c == 0)
            return false;
        if (c == Character(ControlCharacter.VEOF))
        {
            input.EndLine(InputQueue.EndOfFile);
            return true;
        }
        if (c != Character(ControlCharacter.VEOL) && !(extends && c == Character(ControlCharacter.VEOL2)))
            return false;
        if (Has(LocalModes.ECHO))
        {
            NoteLineColumn();
            EchoVisibly(c);
        }
        if (c == Marked && Has(InputModes.PARMRK))
            input.Add(c);
        input.EndLine(c);
        return true;
    }

    private void Keep(byte c)
    {
        if (c == Marked && Has(InputModes.PARMRK))
            input.Add(c);
        input.Add(c);
    }

    private void StartIfAny()
    {
        if (IsStopped && !IsStoppedByCall && Has(InputModes.IXON) && Has(InputModes.IXANY))
            Start();
    }
}
