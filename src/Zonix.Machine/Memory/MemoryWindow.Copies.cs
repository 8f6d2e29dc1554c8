using System.Runtime.CompilerServices;

namespace Zonix.Machine;

/// <summary>User copies: they stop at the first byte that faults, after the kernel was asked to resolve the fault.</summary>
public sealed unsafe partial class MemoryWindow
{
    private const nuint SmallCopy = 128;

    /// <summary>Copies from guest memory. Returns the bytes copied.</summary>
    public nuint CopyIn(ulong address, Span<byte> destination)
    {
        fixed (byte* to = destination)
            return CopyInRaw(address, to, (nuint)destination.Length);
    }

    /// <summary>Copies to guest memory. Returns the bytes copied.</summary>
    public nuint CopyOut(ulong address, ReadOnlySpan<byte> source)
    {
        fixed (byte* from = source)
            return CopyOutRaw(address, from, (nuint)source.Length);
    }

    /// <summary>Writes zeros to guest memory. Returns the bytes written.</summary>
    public nuint Clear(ulong address, nuint length)
    {
        nuint done = 0;
        nuint limit = Limit(address, length);
        while (done < limit)
        {
            done = limit - _stubs.Clear(Base + (nint)(address + done), limit - done);
            if (done < limit && !Resolve(address + done, write: true))
                break;
        }

        return done;
    }

    /// <summary>Reads a value of guest memory.</summary>
    public bool TryRead<T>(ulong address, out T value)
        where T : unmanaged
    {
        Unsafe.SkipInit(out value);
        fixed (T* to = &value)
        {
            if (CopyInRaw(address, (byte*)to, (nuint)sizeof(T)) == (nuint)sizeof(T))
                return true;
        }

        value = default;
        return false;
    }

    /// <summary>Writes a value to guest memory.</summary>
    public bool TryWrite<T>(ulong address, in T value)
        where T : unmanaged
    {
        fixed (T* from = &value)
            return CopyOutRaw(address, (byte*)from, (nuint)sizeof(T)) == (nuint)sizeof(T);
    }

    /// <summary>Copies a string that ends with a NUL.</summary>
    /// <returns>Its length without the NUL; the destination's length when there is none in it; -1 on a fault.</returns>
    public int CopyInString(ulong address, Span<byte> destination)
    {
        int done = 0;
        fixed (byte* to = destination)
        {
            while (done < destination.Length)
            {
                // Page by page, so that a fault leaves nothing to be found out.
                int chunk = (int)Math.Min((ulong)(destination.Length - done), 4096 - ((address + (ulong)done) & 4095));
                if (Limit(address + (ulong)done, (nuint)chunk) < (nuint)chunk)
                    return -1;
                nint left = _stubs.CopyString((nint)(to + done), Base + (nint)(address + (ulong)done), chunk);
                if (left > 0)
                    return done + chunk - (int)left;
                if (left == 0)
                    done += chunk;
                else if (!Resolve(address + (ulong)done, write: false))
                    return -1;
            }
        }

        return destination.Length;
    }

    /// <summary>Reads an aligned 32-bit word atomically, with acquire ordering.</summary>
    public bool TryLoadAcquire(ulong address, out uint value)
    {
        uint result = 0;
        bool ok = IsInside(address, 4) && (_stubs.Load32(Base + (nint)address, &result) == 0
            || (Resolve(address, write: false) && _stubs.Load32(Base + (nint)address, &result) == 0));
        value = result;
        return ok;
    }

    /// <summary>Exchanges an aligned 32-bit word atomically.</summary>
    public bool TryExchange(ulong address, uint value, out uint old)
    {
        uint result = 0;
        bool ok = IsInside(address, 4) && (_stubs.Exchange32(Base + (nint)address, value, &result) == 0
            || (Resolve(address, write: true) && _stubs.Exchange32(Base + (nint)address, value, &result) == 0));
        old = result;
        return ok;
    }

    /// <summary>Stores <paramref name="value"/> in an aligned 32-bit word if it holds <paramref name="expected"/>; atomic.</summary>
    /// <returns>False on a fault; whether it was stored is told by <paramref name="old"/>.</returns>
    public bool TryCompareExchange(ulong address, uint expected, uint value, out uint old)
    {
        uint result = 0;
        bool ok = IsInside(address, 4) && (_stubs.CompareExchange32(Base + (nint)address, expected, value, &result) == 0
            || (Resolve(address, write: true) && _stubs.CompareExchange32(Base + (nint)address, expected, value, &result) == 0));
        old = result;
        return ok;
    }

    /// <summary>Reads what is there without asking the resolver: for the translator, which holds the cache's lock.</summary>
    internal nuint CopyInUnresolved(ulong address, byte* to, nuint length)
    {
        nuint limit = Limit(address, length);
        return limit - _stubs.Copy((nint)to, Base + (nint)address, limit);
    }

    internal nuint CopyInRaw(ulong address, byte* to, nuint length)
    {
        nuint done = 0;
        nuint limit = Limit(address, length);
        if (limit <= SmallCopy && limit != 0)
            done = limit - _stubs.CopySmall((nint)to, Base + (nint)address, limit);
        while (done < limit)
        {
            done = limit - _stubs.Copy((nint)(to + done), Base + (nint)(address + done), limit - done);
            if (done < limit && !Resolve(address + done, write: false))
                break;
        }

        return done;
    }

    internal nuint CopyOutRaw(ulong address, byte* from, nuint length)
    {
        nuint done = 0;
        nuint limit = Limit(address, length);
        if (limit <= SmallCopy && limit != 0)
            done = limit - _stubs.CopySmall(Base + (nint)address, (nint)from, limit);
        while (done < limit)
        {
            done = limit - _stubs.Copy(Base + (nint)(address + done), (nint)(from + done), limit - done);
            if (done < limit && !Resolve(address + done, write: true))
                break;
        }

        return done;
    }

    private bool IsInside(ulong address, nuint length) => Limit(address, length) == length;

    private nuint Limit(ulong address, nuint length) => address >= Size ? 0 : (nuint)Math.Min(length, Size - address);

    private bool Resolve(ulong address, bool write) =>
        (write && ResolveCodeWrite(address)) || (Resolver is { } resolver && resolver.Resolve(address, write));
}
