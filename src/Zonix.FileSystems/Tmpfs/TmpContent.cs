using Zonix.Host.Files;

namespace Zonix.FileSystems.Tmpfs;

/// <summary>
/// The bytes of a regular file in memory. Small ones are an array; large or mapped ones are a memory file of the host,
/// which can be mapped, is sparse, and moves data to and from guests without a detour. Under its gate user memory is
/// copied, so it comes before the address space's locks.
/// </summary>
internal sealed partial class TmpContent(TmpFileSystem fileSystem) : IContentVersion, IWritableMappings
{
    private const int ArrayLimit = 16 * 1024;
    private const long PageSize = 4096;
    private readonly Lock gate = new();
    private byte[] array = [];
    private HostFile? file;
    private long size;
    private uint seals = F_SEAL_SEAL;

    // Shared mappings that may be written; negative: there may be none any more.
    private int writableMappings;

    // Odd while the content changes. Changes through shared mappings are not seen: whoever may make them ends the counting.
    private long version;
    private bool changesUnseen;

    public long Size => Volatile.Read(ref size);

    public long? Version
    {
        get
        {
            long now = Volatile.Read(ref version);
            return (now & 1) != 0 || Volatile.Read(ref changesUnseen) ? null : now;
        }
    }

    /// <summary>Blocks of 512 bytes that are really held.</summary>
    public ulong Blocks
    {
        get
        {
            lock (gate)
            {
                if (file is null)
                    return (ulong)((Math.Min(Size, array.Length) + 4095) / 4096 * 8);
                return file.Stat(out HostStat stat) == 0 ? stat.Blocks : 0;
            }
        }
    }

    public const uint F_SEAL_SEAL = 1, F_SEAL_SHRINK = 2, F_SEAL_GROW = 4, F_SEAL_WRITE = 8, F_SEAL_FUTURE_WRITE = 16, F_SEAL_EXEC = 32;

    /// <summary>F_SEAL_*: what may no longer be done to the content. Only memfds can be given more.</summary>
    public uint Seals
    {
        get => Volatile.Read(ref seals);
        init => seals = value;
    }

    /// <summary>F_ADD_SEALS: EINVAL, EPERM, EBUSY while a shared mapping may write.</summary>
    public Errno AddSeals(uint more, bool executable)
    {
        lock (gate)
        {
            if ((more & ~0x3fu) != 0)
                return Errno.EINVAL;
            if ((seals & F_SEAL_SEAL) != 0)
                return Errno.EPERM;
            if ((more & ~seals & F_SEAL_WRITE) != 0 && Interlocked.CompareExchange(ref writableMappings, -1, 0) > 0)
                return Errno.EBUSY;
            // What is executable and stays so may not change any more.
            if ((more & F_SEAL_EXEC) != 0 && executable)
                more |= F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE;
            Volatile.Write(ref seals, seals | more);
            return 0;
        }
    }

    /// <summary>A shared mapping that may write is about to be made; false: the content is sealed.</summary>
    public bool TryMapWritable()
    {
        int seen = Volatile.Read(ref writableMappings);
        while (seen >= 0)
        {
            int found = Interlocked.CompareExchange(ref writableMappings, seen + 1, seen);
            if (found == seen)
                return true;
            seen = found;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Unmapped() => Interlocked.Decrement(ref writableMappings);

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        HostFile? source;
        byte[] bytes;
        long end;
        lock (gate)
            (source, bytes, end) = (file, array, size);
        if (offset >= end || buffer.Remaining == 0)
            return 0;
        ulong count = Math.Min(buffer.Remaining, (ulong)(end - offset));
        if (source is not null)
            return buffer.ReadFrom(source, offset, count);
        // The array may be shorter than the file: the rest is a hole. A racing write may show in part, as on Linux.
        ulong done = 0;
        if (offset < bytes.Length)
            done = (ulong)buffer.CopyOut(bytes.AsSpan((int)offset, (int)Math.Min((long)count, bytes.Length - offset)));
        if (done < count && !buffer.Faulted)
            done += buffer.Clear(count - done);
        return done == 0 ? Errno.EFAULT : done;
    }

    /// <summary>Writes; offset -1 is the end, and is replaced by it.</summary>
    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        lock (gate)
        {
            using var change = new Change(this);
            if (offset < 0)
                offset = size;
            ulong count = Math.Min(buffer.Remaining, (ulong)(long.MaxValue - offset));
            if (!MayWrite(offset, ref count))
                return Errno.EPERM;
            if (count == 0)
                return buffer.Remaining == 0 ? 0 : Errno.EFBIG;
            if (fileSystem.Limits is { } limits && !Charge(limits, offset, ref count))
                return Errno.ENOSPC;
            long end = offset + (long)count;
            bool leavesHole = offset >= ((array.Length + PageSize - 1) & ~(PageSize - 1)) && offset >= PageSize;
            if (file is null && (end > ArrayLimit || leavesHole))
            {
                Errno e = MoveToFile();
                if (e != 0)
                    return e;
            }
            SysResult result;
            if (file is not null)
            {
                result = buffer.WriteTo(file, offset, count);
            }
            else
            {
                Reserve((int)end);
                int n = buffer.CopyIn(array.AsSpan((int)offset, (int)count));
                result = n == 0 ? Errno.EFAULT : n;
            }
            if (recountDue || result.IsError || (ulong)result.Value != count)
                Recount();
            if (!result.IsError)
                Volatile.Write(ref size, Math.Max(size, offset + result.Value));
            return result;
        }
    }

    public Errno Resize(long newSize)
    {
        lock (gate)
        {
            using var change = new Change(this);
            if ((newSize < size && (seals & F_SEAL_SHRINK) != 0) || (newSize > size && (seals & F_SEAL_GROW) != 0))
                return Errno.EPERM;
            if (file is null && newSize > ArrayLimit)
            {
                Errno e = MoveToFile();
                if (e != 0)
                    return e;
            }
            if (file is not null)
            {
                int e = file.Truncate(newSize);
                if (e != 0)
                    return (Errno)e;
            }
            else if (newSize < array.Length)
            {
                // What lies beyond the end must read as zeros when the file grows again.
                array = array[..(int)newSize];
            }
            bool shrinks = newSize < size;
            Volatile.Write(ref size, newSize);
            if (shrinks)
            {
                allocatedEnd = Math.Min(allocatedEnd, newSize / PageSize);
                Recount();
            }
            return 0;
        }
    }

    public SysResult SeekData(long offset, bool hole)
    {
        lock (gate)
        {
            if (offset >= size)
                return Errno.ENXIO;
            if (file is null)
            {
                // An array has no holes but the one behind it.
                long end = Math.Min(size, (array.Length + PageSize - 1) & ~(PageSize - 1));
                return hole ? Math.Max(offset, end) : offset < end ? offset : Errno.ENXIO;
            }
            return SysResult.FromRaw(file!.Seek(offset, hole ? 4 : 3));
        }
    }

    /// <summary>The memory file, for mapping; from now on the content stays there.</summary>
    public Errno GetFile(bool willBeWritten, out HostFile? mapped)
    {
        lock (gate)
        {
            if (willBeWritten)
                Volatile.Write(ref changesUnseen, true);
            Errno e = MoveToFile();
            mapped = file;
            return e;
        }
    }

    /// <summary>Fills an empty content from a host file, within the host; holes stay holes.</summary>
    public Errno CopyFrom(HostFile source, long length)
    {
        lock (gate)
        {
            using var change = new Change(this);
            Errno e = MoveToFile();
            if (e != 0 || (e = HostRanges.Copy(source, file!, length)) != 0)
                return e;
            Volatile.Write(ref size, length);
            return 0;
        }
    }

    /// <summary>The last user is gone.</summary>
    public void Free()
    {
        lock (gate)
        {
            // Mappings hold references of their own.
            if (file is not null)
                fileSystem.Forget(this);
            file?.Dispose();
            (file, array) = (null, []);
            fileSystem.Limits?.AddPages(-charged);
            charged = 0;
            Volatile.Write(ref size, 0);
        }
    }

    // Linux asks page by page: what lies in whole pages before the end is written even if the rest would make the file grow.
    private bool MayWrite(long offset, ref ulong count)
    {
        const long PageMask = 4095;
        if (count == 0 || (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE | F_SEAL_GROW)) == 0)
            return true;
        if ((seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0)
            return false;
        if (offset + (long)count <= size)
            return true;
        long end = size & ~PageMask;
        if (end <= offset)
            return false;
        count = (ulong)(end - offset);
        return true;
    }

    private Errno MoveToFile()
    {
        if (file is not null)
            return 0;
        int e = HostFile.CreateInMemory("zonix-tmpfs", out HostFile? made);
        // Out of descriptors means out of space for the guest.
        if (e != 0 || made is null)
            return Errno.ENOSPC;
        long written = array.Length == 0 ? 0 : made.PWrite(array.AsSpan(0, (int)Math.Min(size, array.Length)), 0);
        if (written < 0 || made.Truncate(size) != 0)
        {
            made.Dispose();
            return Errno.ENOSPC;
        }
        file = made;
        array = [];
        fileSystem.Count(this);
        Recount();
        return 0;
    }

    private void Reserve(int needed)
    {
        if (needed > array.Length)
            Array.Resize(ref array, Math.Max(needed, Math.Min(ArrayLimit, Math.Max(128, array.Length * 2))));
    }

    /// <summary>A stretch of time in which the content changes. The gate is held.</summary>
    private readonly ref struct Change
    {
        private readonly TmpContent content;

        public Change(TmpContent content)
        {
            this.content = content;
            Interlocked.Increment(ref content.version);
        }

        public void Dispose() => Interlocked.Increment(ref content.version);
    }
}
