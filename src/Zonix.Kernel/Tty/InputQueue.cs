using System.Numerics;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>
/// What a terminal has received and nobody has read: a ring of 4096 bytes with marks at the ends of lines. Lines before
/// <see cref="LineHead"/> are complete; behind it lies the one that can still be edited. Guarded by its owner.
/// </summary>
internal sealed class InputQueue
{
    /// <summary>Bytes it holds; one less is used.</summary>
    internal const int Size = 4096;

    /// <summary>What stands for an end of file: a marked byte that is not read.</summary>
    internal const byte EndOfFile = 0;

    private const int Mask = Size - 1;
    private readonly ulong[] marks = new ulong[Size / 64];
    private byte[] bytes = [];

    /// <summary>Where the next byte goes.</summary>
    internal uint Head { get; private set; }

    /// <summary>Behind the last complete line.</summary>
    internal uint LineHead { get; private set; }

    /// <summary>What is read next.</summary>
    internal uint Tail { get; private set; }

    /// <summary>Bytes in it, the unfinished line included.</summary>
    internal int Count => (int)(Head - Tail);

    /// <summary>Whether there is a complete line.</summary>
    internal bool HasLine => LineHead != Tail;

    /// <summary>Whether the line that can be edited is empty.</summary>
    internal bool IsLineEmpty => Head == LineHead;

    internal byte this[uint at] => bytes[at & Mask];

    /// <summary>Adds a byte.</summary>
    internal void Add(byte value)
    {
        if (bytes.Length == 0)
            bytes = GC.AllocateUninitializedArray<byte>(Size);
        bytes[Head++ & Mask] = value;
    }

    /// <summary>Adds bytes; there must be room for them.</summary>
    internal void Add(ReadOnlySpan<byte> source)
    {
        if (bytes.Length == 0)
            bytes = GC.AllocateUninitializedArray<byte>(Size);
        while (source.Length > 0)
        {
            int at = (int)(Head & Mask);
            int n = Math.Min(source.Length, Size - at);
            source[..n].CopyTo(bytes.AsSpan(at));
            Head += (uint)n;
            source = source[n..];
        }
    }

    /// <summary>Takes bytes straight from a buffer; answers how many.</summary>
    internal int Fill(ref UserBuffer source, int room)
    {
        if (bytes.Length == 0)
            bytes = GC.AllocateUninitializedArray<byte>(Size);
        int done = 0;
        while (room > done && source.Remaining > 0 && !source.Faulted)
        {
            int at = (int)(Head & Mask);
            int wanted = (int)Math.Min((ulong)Math.Min(room - done, Size - at), source.Remaining);
            int n = source.CopyIn(bytes.AsSpan(at, wanted));
            Head += (uint)n;
            done += n;
        }
        return done;
    }

    /// <summary>Adds a byte that ends a line.</summary>
    internal void EndLine(byte value)
    {
        SetMark(Head);
        Add(value);
        LineHead = Head;
    }

    /// <summary>Takes the end of the unfinished line back.</summary>
    internal void Retract(uint head) => Head = head;

    /// <summary>Forgets everything.</summary>
    internal void Clear()
    {
        Array.Clear(marks);
        (Head, LineHead, Tail) = (0, 0, 0);
    }

    /// <summary>The way of reading changes: what is there becomes one line, or no line is known any more. n_tty's rule.</summary>
    internal void ChangeMode(bool lines)
    {
        Array.Clear(marks);
        bool ends = lines && Count > 0;
        if (ends)
            SetMark(Head - 1);
        LineHead = ends ? Head : Tail;
    }

    /// <summary>Delivers bytes; answers how many.</summary>
    internal int Drain(ref UserBuffer target)
    {
        int done = Copy(ref target, Count);
        Tail += (uint)done;
        if (Head == Tail)
            (Head, LineHead, Tail) = (0, 0, 0);
        return done;
    }

    /// <summary>Delivers a line, or as much of it as the buffer takes. An end of file is taken and not delivered.</summary>
    internal int DrainLine(ref UserBuffer target)
    {
        int limit = (int)(LineHead - Tail);
        int length = FindMark(limit);
        bool ends = length < limit, endOfFile = ends && this[Tail + (uint)length] == EndOfFile;
        int done = Copy(ref target, ends && !endOfFile ? length + 1 : length);
        Tail += (uint)done;
        if (done > length)
        {
            ClearMark(Tail - 1);
        }
        else if (endOfFile && done == length)
        {
            ClearMark(Tail);
            Tail++;
        }
        return done;
    }

    /// <summary>Bytes a read in lines could get. FIONREAD.</summary>
    internal int CountLines()
    {
        int n = 0;
        for (uint at = Tail; at != LineHead; at++)
            n += IsMarked(at) && this[at] == EndOfFile ? 0 : 1;
        return n;
    }

    private int Copy(ref UserBuffer target, int count)
    {
        int done = 0;
        while (done < count && target.Remaining > 0 && !target.Faulted)
        {
            int at = (int)((Tail + (uint)done) & Mask);
            int part = (int)Math.Min((ulong)Math.Min(count - done, Size - at), target.Remaining);
            done += target.CopyOut(bytes.AsSpan(at, part));
        }
        return done;
    }

    // Bytes before the next mark; the limit when there is none.
    private int FindMark(int limit)
    {
        int n = 0;
        while (n < limit)
        {
            uint at = Tail + (uint)n;
            ulong word = marks[(at & Mask) >> 6] >> (int)(at & 63);
            if (word != 0)
                return Math.Min(limit, n + BitOperations.TrailingZeroCount(word));
            n += 64 - (int)(at & 63);
        }
        return limit;
    }

    private bool IsMarked(uint at) => (marks[(at & Mask) >> 6] >> (int)(at & 63) & 1) != 0;

    private void SetMark(uint at) => marks[(at & Mask) >> 6] |= 1UL << (int)(at & 63);

    private void ClearMark(uint at) => marks[(at & Mask) >> 6] &= ~(1UL << (int)(at & 63));
}
