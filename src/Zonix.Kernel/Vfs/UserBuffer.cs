using Zonix.Host.Files;
using Zonix.Kernel.Memory;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// The memory a transfer reads into or writes from: one range or several of a guest, or an array of the kernel's own.
/// Transfers move it on. It is validated lazily: only bytes that are really moved can fault.
/// </summary>
public struct UserBuffer
{
    private readonly AddressSpace? memory;
    private readonly byte[]? kernelMemory;
    private readonly IoVector[]? vectors;
    private int nextVector;
    private ulong address, segmentLeft;

    /// <summary>One range of guest memory.</summary>
    public UserBuffer(AddressSpace memory, UserAddress address, ulong length)
    {
        this.memory = memory;
        this.address = address.Value;
        segmentLeft = Remaining = length;
    }

    /// <summary>Several ranges of guest memory, whose lengths add up to <paramref name="total"/>.</summary>
    public UserBuffer(AddressSpace memory, IoVector[] vectors, ulong total)
    {
        this.memory = memory;
        this.vectors = vectors;
        Remaining = total;
    }

    /// <summary>Memory of the kernel's own.</summary>
    public UserBuffer(byte[] memory, int offset, int length)
    {
        kernelMemory = memory;
        address = (ulong)offset;
        segmentLeft = Remaining = (ulong)length;
    }

    /// <summary>Bytes still to be moved.</summary>
    public ulong Remaining { get; private set; }

    /// <summary>A byte could not be moved: the transfer ends, with EFAULT if nothing was moved before.</summary>
    public bool Faulted { get; private set; }

    /// <summary>Limits what is still to be moved.</summary>
    public void Truncate(ulong length) => Remaining = Math.Min(Remaining, length);

    /// <summary>Passes over bytes without touching them; answers how many there were.</summary>
    public ulong Skip(ulong count)
    {
        ulong done = 0;
        while (done < count && NextSegment(out ulong room))
        {
            ulong n = Math.Min(count - done, room);
            Advance(n);
            done += n;
        }
        return done;
    }

    /// <summary>Delivers bytes to the buffer; answers how many (fewer on a fault or when it is full).</summary>
    public int CopyOut(ReadOnlySpan<byte> source)
    {
        int done = 0;
        while (done < source.Length && NextSegment(out ulong room))
        {
            int n = (int)Math.Min((ulong)(source.Length - done), room);
            int moved = n;
            if (kernelMemory is not null)
                source.Slice(done, n).CopyTo(kernelMemory.AsSpan((int)address));
            else
                moved = (int)memory!.CopyOut(new UserAddress(address), source.Slice(done, n));
            Advance((ulong)moved);
            done += moved;
            Faulted |= moved < n;
        }
        return done;
    }

    /// <summary>Fetches bytes from the buffer; answers how many (fewer on a fault or when it is empty).</summary>
    public int CopyIn(Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length && NextSegment(out ulong room))
        {
            int n = (int)Math.Min((ulong)(destination.Length - done), room);
            int moved = n;
            if (kernelMemory is not null)
                kernelMemory.AsSpan((int)address, n).CopyTo(destination[done..]);
            else
                moved = (int)memory!.CopyIn(new UserAddress(address), destination.Slice(done, n));
            Advance((ulong)moved);
            done += moved;
            Faulted |= moved < n;
        }
        return done;
    }

    /// <summary>Delivers zeros; answers how many.</summary>
    public ulong Clear(ulong count)
    {
        ulong done = 0;
        while (done < count && NextSegment(out ulong room))
        {
            ulong n = Math.Min(count - done, room);
            ulong moved = n;
            if (kernelMemory is not null)
                kernelMemory.AsSpan((int)address, (int)n).Clear();
            else
                moved = memory!.Clear(new UserAddress(address), (nuint)n);
            Advance(moved);
            done += moved;
            Faulted |= moved < n;
        }
        return done;
    }

    /// <summary>Delivers a part of a host file. Answers the bytes moved (0 at its end), or an error if none were.</summary>
    public SysResult ReadFrom(HostFile file, long offset, ulong count)
    {
        ulong done = 0;
        count = Math.Min(count, Remaining);
        while (done < count && NextSegment(out ulong room))
        {
            ulong n = Math.Min(count - done, room);
            long moved = kernelMemory is not null
                ? file.PRead(kernelMemory.AsSpan((int)address, (int)n), offset + (long)done)
                : memory!.Window.ReadFile(file, offset + (long)done, address, n);
            if (moved < 0)
                return Ended(done, (Errno)(-moved));
            Advance((ulong)moved);
            done += (ulong)moved;
            if ((ulong)moved < n)
                break;
        }
        return done == 0 && Faulted ? Errno.EFAULT : done;
    }

    /// <summary>Takes bytes into a host file. Answers the bytes moved, or an error if none were.</summary>
    public SysResult WriteTo(HostFile file, long offset, ulong count)
    {
        ulong done = 0;
        count = Math.Min(count, Remaining);
        while (done < count && NextSegment(out ulong room))
        {
            ulong n = Math.Min(count - done, room);
            long moved = kernelMemory is not null
                ? file.PWrite(kernelMemory.AsSpan((int)address, (int)n), offset + (long)done)
                : memory!.Window.WriteFile(file, offset + (long)done, address, n);
            if (moved < 0)
                return Ended(done, (Errno)(-moved));
            Advance((ulong)moved);
            done += (ulong)moved;
            if ((ulong)moved < n)
                break;
        }
        return done == 0 && Faulted ? Errno.EFAULT : done;
    }

    private SysResult Ended(ulong done, Errno error)
    {
        Faulted |= error == Errno.EFAULT;
        return done > 0 ? done : error;
    }

    // The current part's length, bounded by what remains; false when there is nothing left or a fault ended it.
    private bool NextSegment(out ulong room)
    {
        while (segmentLeft == 0 && vectors is not null && Remaining > 0 && nextVector < vectors.Length)
        {
            address = vectors[nextVector].Base;
            segmentLeft = vectors[nextVector++].Length;
        }
        room = Math.Min(segmentLeft, Remaining);
        return room > 0 && !Faulted;
    }

    private void Advance(ulong count)
    {
        address += count;
        segmentLeft -= count;
        Remaining -= count;
    }
}
