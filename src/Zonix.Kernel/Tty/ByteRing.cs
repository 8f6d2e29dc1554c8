using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Tty;

/// <summary>A queue of bytes with a fixed limit, a power of two. Its memory is there from the first byte on. Guarded by its owner.</summary>
internal sealed class ByteRing(int capacity)
{
    private byte[] bytes = [];
    private int head;

    /// <summary>Bytes in it.</summary>
    internal int Count { get; private set; }

    /// <summary>Bytes that still fit.</summary>
    internal int Room => capacity - Count;

    /// <summary>Adds a byte; there must be room.</summary>
    internal void Add(byte value)
    {
        Make();
        bytes[(head + Count) & (capacity - 1)] = value;
        Count++;
    }

    /// <summary>Adds bytes; there must be room for them.</summary>
    internal void Add(ReadOnlySpan<byte> source)
    {
        Make();
        while (source.Length > 0)
        {
            Span<byte> space = Space();
            int n = Math.Min(space.Length, source.Length);
            source[..n].CopyTo(space);
            source = source[n..];
            Count += n;
        }
    }

    /// <summary>Takes as much from a buffer as there is room for; answers how much.</summary>
    internal int Fill(ref UserBuffer source)
    {
        Make();
        int done = 0;
        while (source.Remaining > 0 && Room > 0 && !source.Faulted)
        {
            Span<byte> space = Space();
            int n = source.CopyIn(space[..(int)Math.Min((ulong)space.Length, source.Remaining)]);
            Count += n;
            done += n;
        }
        return done;
    }

    /// <summary>Gives as much to a buffer as there is room for; answers how much.</summary>
    internal int Drain(ref UserBuffer target)
    {
        int done = 0;
        while (Count > 0 && target.Remaining > 0 && !target.Faulted)
        {
            ReadOnlySpan<byte> first = First;
            int n = target.CopyOut(first[..(int)Math.Min((ulong)first.Length, target.Remaining)]);
            Skip(n);
            done += n;
        }
        return done;
    }

    /// <summary>The oldest bytes that lie in one piece.</summary>
    internal ReadOnlySpan<byte> First => bytes.AsSpan(head, Math.Min(Count, bytes.Length - head));

    /// <summary>Takes the oldest bytes away.</summary>
    internal void Skip(int count)
    {
        head = (head + count) & (capacity - 1);
        Count -= count;
        if (Count == 0)
            head = 0;
    }

    /// <summary>Takes the youngest bytes away, but for <paramref name="kept"/> of the oldest.</summary>
    internal void Truncate(int kept) => Count = Math.Min(Count, kept);

    private Span<byte> Space()
    {
        int tail = (head + Count) & (capacity - 1);
        return bytes.AsSpan(tail, tail >= head && Count < capacity ? Math.Min(capacity - tail, Room) : Room);
    }

    private void Make()
    {
        if (bytes.Length == 0)
            bytes = GC.AllocateUninitializedArray<byte>(capacity);
    }
}
