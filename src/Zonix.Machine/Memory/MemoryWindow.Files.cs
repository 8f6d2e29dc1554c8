using Zonix.Host.Files;

namespace Zonix.Machine;

/// <content>
/// Transfers between files of the host and guest memory without a detour: the host copies, and stops at the first byte
/// that it cannot reach, which is then resolved as for any other user copy.
/// </content>
public sealed unsafe partial class MemoryWindow
{
    private const int EFAULT = 14;

    /// <summary>Reads a file into guest memory. Returns the bytes read (0 at the end of the file), or the negated errno when there are none.</summary>
    public long ReadFile(HostFile file, long offset, ulong address, ulong length)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Transfer(file, offset, address, length, reads: true);
    }

    /// <summary>Writes guest memory to a file. Returns the bytes written, or the negated errno when there are none.</summary>
    public long WriteFile(HostFile file, long offset, ulong address, ulong length)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Transfer(file, offset, address, length, reads: false);
    }

    private long Transfer(HostFile file, long offset, ulong address, ulong length, bool reads)
    {
        ulong done = 0, limit = Limit(address, (nuint)length);
        if (limit == 0)
            return length == 0 ? 0 : -EFAULT;
        while (done < limit)
        {
            byte* at = (byte*)Base + address + done;
            nuint left = (nuint)(limit - done);
            long n = reads ? file.PRead(at, left, offset + (long)done) : file.PWrite(at, left, offset + (long)done);
            if (n > 0)
            {
                done += (ulong)n;
                // Memory ends only at the end of a page: a transfer that stops elsewhere has met the end of the file.
                if (((address + done) & 0xfff) != 0)
                    break;
                continue;
            }
            if (n == -EFAULT && Resolve(address + done, write: reads))
                continue;
            return done > 0 ? (long)done : n;
        }
        return (long)done;
    }
}
