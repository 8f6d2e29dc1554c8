using Zonix.Kernel.Memory;

namespace Zonix.Lx.Uring;

/// <summary>
/// The buffers of a group: handed over one by one (IORING_OP_PROVIDE_BUFFERS), or in a ring of the program's own memory, whose tail it
/// moves on (IORING_REGISTER_PBUF_RING). The gate is a leaf but for the user's memory.
/// </summary>
internal sealed class UringBufferGroup
{
    private const int EntrySize = 16, TailAt = 14;
    private readonly Lock gate = new();
    private readonly LinkedList<ProvidedBuffer> buffers = new();
    private readonly ulong ring;
    private readonly uint mask;
    private ushort head;

    /// <summary>An empty group, whose buffers are handed over.</summary>
    public UringBufferGroup()
    {
    }

    /// <summary>A ring in the program's memory.</summary>
    /// <param name="address">Where it is: struct io_uring_buf_ring.</param>
    /// <param name="entries">A power of two.</param>
    public UringBufferGroup(ulong address, uint entries) => (ring, mask) = (address, entries - 1);

    /// <summary>Whether it is a ring in the program's memory.</summary>
    public bool IsRing => ring != 0;

    /// <summary>Adds buffers that lie one behind the other, with ascending numbers.</summary>
    public void Add(ulong address, uint length, int count, ushort firstId)
    {
        lock (gate)
        {
            for (int i = 0; i < count; i++)
                buffers.AddLast(new ProvidedBuffer(address + ((ulong)i * length), length, (ushort)(firstId + i)));
        }
    }

    /// <summary>Takes up to <paramref name="count"/> buffers away. Answers how many.</summary>
    public int Remove(int count)
    {
        lock (gate)
        {
            int removed = 0;
            for (; removed < count && buffers.Count > 0; removed++)
                buffers.RemoveFirst();
            return removed;
        }
    }

    /// <summary>Takes the next; false (ENOBUFS): there is none.</summary>
    public bool TryTake(AddressSpace memory, out ProvidedBuffer buffer)
    {
        lock (gate)
        {
            buffer = default;
            // Of a ring: what was given back.
            if (buffers.First is { } first)
            {
                buffer = first.Value;
                buffers.RemoveFirst();
                return true;
            }
            if (!IsRing || !memory.TryRead(new UserAddress(ring + TailAt), out ushort tail) || tail == head)
                return false;
            var entry = new UserAddress(ring + ((head & mask) * EntrySize));
            if (!memory.TryRead(entry, out ulong address) || !memory.TryRead(entry + 8, out uint length) || !memory.TryRead(entry + 12, out ushort id))
                return false;
            head++;
            buffer = new ProvidedBuffer(address, length, id);
            return true;
        }
    }

    /// <summary>It was not needed after all.</summary>
    public void GiveBack(in ProvidedBuffer buffer)
    {
        lock (gate)
            buffers.AddFirst(buffer);
    }
}
