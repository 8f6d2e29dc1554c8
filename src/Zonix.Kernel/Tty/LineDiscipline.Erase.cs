namespace Zonix.Kernel.Tty;

/// <content>Editing of the unfinished line: n_tty's eraser.</content>
internal sealed partial class LineDiscipline
{
    private void Erase(byte c)
    {
        if (input.IsLineEmpty)
            return;
        bool one = c == Character(ControlCharacter.VERASE);
        bool word = !one && c == Character(ControlCharacter.VWERASE) && Has(LocalModes.IEXTEN);
        if (!one && !word && KillsAtOnce())
            return;
        bool seen = false;
        while (!input.IsLineEmpty)
        {
            uint head = input.Head;
            do
            {
                head--;
                c = input[head];
            }
            while (IsContinuation(c) && head != input.LineHead);
            // Half a character stays.
            if (IsContinuation(c))
                break;
            if (word)
            {
                if (IsAlphanumeric(c) || c == '_')
                    seen = true;
                else if (seen)
                    break;
            }
            uint end = input.Head;
            input.Retract(head);
            if (Has(LocalModes.ECHO))
                EchoErasure(c, head, end, one);
            if (one)
                break;
        }
        if (input.IsLineEmpty && Has(LocalModes.ECHO))
            FinishErasing();
    }

    // A kill that is not shown character by character.
    private bool KillsAtOnce()
    {
        if (!Has(LocalModes.ECHO))
        {
            input.Retract(input.LineHead);
            return true;
        }
        if (Has(LocalModes.ECHOK) && Has(LocalModes.ECHOKE) && Has(LocalModes.ECHOE))
            return false;
        input.Retract(input.LineHead);
        FinishErasing();
        EchoVisibly(Character(ControlCharacter.VKILL));
        if (Has(LocalModes.ECHOK))
            EchoAsIs('\n');
        return true;
    }

    private void EchoErasure(byte c, uint from, uint end, bool one)
    {
        if (Has(LocalModes.ECHOPRT))
        {
            if (!erasing)
                EchoAsIs('\\');
            erasing = true;
            EchoVisibly(c);
            for (uint at = from + 1; at < end; at++)
            {
                EchoAsIs((char)input[at]);
                column = Math.Max(0, column - 1);
            }
        }
        else if (one && !Has(LocalModes.ECHOE))
        {
            EchoVisibly(Character(ControlCharacter.VERASE));
        }
        else if (c == '\t')
        {
            EraseTab(from);
        }
        else
        {
            if (IsControl(c) && Has(LocalModes.ECHOCTL))
                EchoRubout();
            if (!IsControl(c) || Has(LocalModes.ECHOCTL))
                EchoRubout();
        }
    }

    // Goes back to where the tab began: as far as the characters since the tab before, or since the line's begin, say.
    private void EraseTab(uint tab)
    {
        int used = 0;
        bool afterTab = false;
        for (uint at = tab; at != input.LineHead && !afterTab;)
        {
            byte c = input[--at];
            if (c == '\t')
                afterTab = true;
            else if (IsControl(c))
                used += Has(LocalModes.ECHOCTL) ? 2 : 0;
            else if (!IsContinuation(c))
                used++;
        }
        if (!afterTab)
            used += lineColumn;
        for (int back = 8 - (used & 7); back > 0; back--)
        {
            EchoBytes("\b"u8);
            column = Math.Max(0, column - 1);
        }
    }

    private void EchoRubout()
    {
        EchoAsIs('\b');
        EchoAsIs(' ');
        EchoAsIs('\b');
    }

    private void FinishErasing()
    {
        if (!erasing)
            return;
        EchoAsIs('/');
        erasing = false;
    }

    private bool IsContinuation(byte c) => (c & 0xC0) == 0x80 && Has(InputModes.IUTF8);

    private static bool IsControl(byte c) => c is < 32 or 127;

    // As the kernel's table has it: Latin 1.
    private static bool IsAlphanumeric(byte c) => char.IsAsciiLetterOrDigit((char)c) || (c >= 0xC0 && c != 0xD7 && c != 0xF7);
}
