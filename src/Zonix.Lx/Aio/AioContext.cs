using System.Buffers.Binary;
using Zonix.Host.Memory;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Aio;

/// <summary>
/// A context of asynchronous I/O: a ring of events in the program's memory, which the program may empty by itself (libaio does), and the
/// requests that wait. io_setup(2). Only this kernel's own count says how many requests there are.
/// </summary>
internal sealed class AioContext
{
    private const int Id = 0, Count = 4, Head = 8, Tail = 12, Magic = 16, Compatible = 20, Incompatible = 24, HeaderLength = 28, Events = 32;
    private const uint AIO_RING_MAGIC = 0xa10a10a1;
    private readonly Lock gate = new();
    private readonly SharedView view;
    private readonly uint slots;
    private readonly HashSet<AioRequest> waiting = [];
    private uint tail;
    private int inFlight;
    private bool isOver;

    private AioContext(SharedView view, uint slots, uint requests)
    {
        this.view = view;
        this.slots = slots;
        Requests = requests;
        view.Write32(Id, 0);
        view.Write32(Count, slots);
        view.Write32(Magic, AIO_RING_MAGIC);
        view.Write32(Compatible, 1);
        view.Write32(Incompatible, 0);
        view.Write32(HeaderLength, Events);
    }

    /// <summary>Its number for the program: where the ring lies.</summary>
    public ulong Address { get; private set; }

    /// <summary>What it counts as.</summary>
    public uint Requests { get; }

    /// <summary>Bytes of the ring.</summary>
    public ulong Length { get; private init; }

    /// <summary>Woken when an event comes.</summary>
    public WaitQueue Arrived { get; } = new();

    /// <summary>A context with room for so many events, mapped into an address space. ENOMEM.</summary>
    public static Errno Create(AddressSpace memory, uint requests, out AioContext? context)
    {
        context = null;
        // As on Linux, a ring fills whole pages, and is larger than was asked for.
        ulong wanted = Events + (((ulong)Math.Max(requests, 8) * 2) + 2) * AioEvent.Size;
        ulong size = (wanted + AddressSpace.PageSize - 1) & ~(AddressSpace.PageSize - 1);
        MemorySection section;
        try
        {
            section = new MemorySection("zonix-aio", size);
        }
        catch (IOException)
        {
            return Errno.ENOMEM;
        }
        var pages = new SharedMemory(section, new MemoryObjectName("/[aio] (deleted)"));
        if (SharedView.Create(section, (int)size, out SharedView? view) != 0)
        {
            pages.Release();
            return Errno.ENOMEM;
        }
        SysResult mapped = memory.Map(new MapRequest(
            0, size, Prot.PROT_READ | Prot.PROT_WRITE, MapFlags.MAP_SHARED, pages, 0, VmaFlags.Shared | VmaFlags.MayRead | VmaFlags.MayWrite));
        if (mapped.IsError)
        {
            view!.Dispose();
            return Errno.ENOMEM;
        }
        uint slots = (uint)((size - Events) / AioEvent.Size);
        context = new AioContext(view!, slots, requests) { Address = (ulong)mapped.Value, Length = size };
        return 0;
    }

    /// <summary>Takes room for a request and its event; false: there is none.</summary>
    public bool TryBegin()
    {
        lock (gate)
        {
            if (isOver || (uint)inFlight + Ready >= slots - 1)
                return false;
            inFlight++;
            return true;
        }
    }

    /// <summary>A request that came to nothing gives its room back.</summary>
    public void Abandon()
    {
        lock (gate)
            inFlight--;
    }

    /// <summary>A request is over.</summary>
    public void Post(in AioEvent what)
    {
        lock (gate)
        {
            inFlight--;
            if (isOver)
                return;
            Span<byte> bytes = stackalloc byte[AioEvent.Size];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, what.Data);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], what.Object);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], what.Result);
            bytes[24..].Clear();
            view.Write(Events + ((int)tail * AioEvent.Size), bytes);
            tail = (tail + 1) % slots;
            view.Write32(Tail, tail);
        }
        Arrived.WakeAll();
    }

    /// <summary>Takes events out; answers how many.</summary>
    public int Take(Span<byte> events)
    {
        lock (gate)
        {
            int taken = 0;
            uint head = view.Read32(Head) % slots;
            while (!isOver && head != tail && (taken + 1) * AioEvent.Size <= events.Length)
            {
                view.Read(Events + ((int)head * AioEvent.Size), events.Slice(taken++ * AioEvent.Size, AioEvent.Size));
                head = (head + 1) % slots;
            }
            if (taken > 0)
                view.Write32(Head, head);
            return taken;
        }
    }

    /// <summary>Keeps a request that waits.</summary>
    public void Keep(AioRequest request)
    {
        lock (gate)
            waiting.Add(request);
    }

    /// <summary>It does not wait any more.</summary>
    public void Drop(AioRequest request)
    {
        lock (gate)
            waiting.Remove(request);
    }

    /// <summary>The waiting request of an address; null: there is none.</summary>
    public AioRequest? Find(ulong address)
    {
        lock (gate)
        {
            foreach (AioRequest request in waiting)
            {
                if (request.Address == address)
                    return request;
            }
            return null;
        }
    }

    /// <summary>Ends all requests; nobody hears of them any more. False: it has ended before.</summary>
    public bool End()
    {
        AioRequest[] left;
        lock (gate)
        {
            if (isOver)
                return false;
            isOver = true;
            left = [.. waiting];
        }
        foreach (AioRequest request in left)
            request.Cancel();
        Arrived.WakeAll();
        lock (gate)
            view.Dispose();
        return true;
    }

    private uint Ready => (tail + slots - (view.Read32(Head) % slots)) % slots;
}
