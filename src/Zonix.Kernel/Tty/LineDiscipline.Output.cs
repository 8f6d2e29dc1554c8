using System.Buffers;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <content>Output and echo.</content>
internal sealed partial class LineDiscipline
{
    // A tab that becomes spaces.
    private const int LongestOutput = 8, ChunkSize = 2048;

    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    /// <summary>Whether there is room for output.</summary>
    internal bool HasRoom => !IsStopped && output.Room >= LongestOutput && echo.Count == 0;

    /// <summary>Writes as much as there is room for; answers how much.</summary>
    internal int Write(ref UserBuffer source)
    {
        FlushEcho();
        if (IsStopped || echo.Count > 0)
            return 0;
        int done = Has(OutputModes.OPOST) ? WriteProcessed(ref source) : output.Fill(ref source);
        if (done > 0)
            Effects |= TtyEffects.WakeMasterReaders;
        return done;
    }

    /// <summary>Sends a byte past a stop: the start or stop character for the other side.</summary>
    internal void SendUrgently(byte c)
    {
        if (output.Room == 0)
            return;
        output.Add(c);
        Effects |= TtyEffects.WakeMasterReaders;
    }

    /// <summary>Echo that has found no room goes out as far as there is some.</summary>
    internal void FlushEcho()
    {
        while (!IsStopped && echo.Count > 0 && output.Room > 0)
        {
            ReadOnlySpan<byte> part = echo.First;
            part = part[..Math.Min(part.Length, output.Room)];
            output.Add(part);
            echo.Skip(part.Length);
            Effects |= TtyEffects.WakeMasterReaders;
        }
    }

    private int WriteProcessed(ref UserBuffer source)
    {
        Span<byte> chunk = stackalloc byte[ChunkSize];
        int done = 0;
        while (source.Remaining > 0 && output.Room >= LongestOutput)
        {
            UserBuffer from = source;
            int n = from.CopyIn(chunk[..(int)Math.Min(source.Remaining, (ulong)Math.Min(ChunkSize, output.Room))]);
            if (n == 0)
            {
                source = from;
                break;
            }
            int used = Process(chunk[..n]);
            source.Skip((ulong)used);
            done += used;
            if (used < n)
                break;
        }
        return done;
    }

    private int Process(ReadOnlySpan<byte> source)
    {
        int done = 0;
        bool raises = Has(OutputModes.OLCUC);
        Span<byte> form = stackalloc byte[LongestOutput];
        while (done < source.Length && output.Room >= LongestOutput)
        {
            int run = raises ? 0 : source[done..].IndexOfAny(Controls);
            if (run == 0)
            {
                output.Add(form[..Form(source[done], form)]);
                done++;
                continue;
            }
            run = Math.Min(run < 0 ? source.Length - done : run, output.Room);
            ReadOnlySpan<byte> text = source.Slice(done, run);
            column += Width(text);
            output.Add(text);
            done += run;
        }
        return done;
    }

    // The form of one character, and where it leaves the column. n_tty's do_output_char.
    private int Form(byte c, Span<byte> form)
    {
        switch (c)
        {
            case (byte)'\n':
                if (Has(OutputModes.ONLRET))
                    column = 0;
                if (Has(OutputModes.ONLCR))
                {
                    column = lineColumn = 0;
                    "\r\n"u8.CopyTo(form);
                    return 2;
                }
                lineColumn = column;
                break;
            case (byte)'\r':
                if (Has(OutputModes.ONOCR) && column == 0)
                    return 0;
                if (Has(OutputModes.OCRNL))
                {
                    c = (byte)'\n';
                    if (Has(OutputModes.ONLRET))
                        column = lineColumn = 0;
                    break;
                }
                column = lineColumn = 0;
                break;
            case (byte)'\t':
                int spaces = 8 - (column & 7);
                column += spaces;
                if ((settings.Base.Output & OutputModes.XTABS) == OutputModes.XTABS)
                {
                    form[..spaces].Fill((byte)' ');
                    return spaces;
                }
                break;
            case (byte)'\b':
                column = Math.Max(0, column - 1);
                break;
            default:
                if (Has(OutputModes.OLCUC) && c is >= (byte)'a' and <= (byte)'z')
                    c &= 0xDF;
                if (!IsControl(c) && !IsContinuation(c))
                    column++;
                break;
        }
        form[0] = c;
        return 1;
    }

    private int Width(ReadOnlySpan<byte> text)
    {
        if (!Has(InputModes.IUTF8) || !text.ContainsAnyInRange((byte)0x80, (byte)0xBF))
            return text.Length;
        int width = 0;
        foreach (byte c in text)
            width += (c & 0xC0) == 0x80 ? 0 : 1;
        return width;
    }

    private void NoteLineColumn()
    {
        if (input.IsLineEmpty)
            lineColumn = column;
    }

    private void EchoAll(ReadOnlySpan<byte> source)
    {
        if (source.Length > LongestOutput && !source.ContainsAny(Controls) && !Has(OutputModes.OLCUC))
        {
            if (Has(OutputModes.OPOST))
                column += Width(source);
            EchoBytes(source);
            return;
        }
        foreach (byte c in source)
            EchoVisibly(c);
    }

    // ^X for control characters.
    private void EchoVisibly(byte c)
    {
        if (!IsControl(c) || c == '\t' || !Has(LocalModes.ECHOCTL))
        {
            EchoAsIs((char)c);
            return;
        }
        column += 2;
        EchoBytes([(byte)'^', (byte)(c ^ 0x40)]);
    }

    private void EchoAsIs(char c)
    {
        if (!Has(OutputModes.OPOST))
        {
            EchoBytes([(byte)c]);
            return;
        }
        Span<byte> form = stackalloc byte[LongestOutput];
        EchoBytes(form[..Form((byte)c, form)]);
    }

    // What finds no room waits for it; of more than the queue holds the rest is lost.
    private void EchoBytes(ReadOnlySpan<byte> bytes)
    {
        if (!IsStopped && echo.Count == 0 && output.Room >= bytes.Length)
        {
            output.Add(bytes);
            Effects |= TtyEffects.WakeMasterReaders;
        }
        else if (echo.Room >= bytes.Length)
        {
            echo.Add(bytes);
        }
    }
}
