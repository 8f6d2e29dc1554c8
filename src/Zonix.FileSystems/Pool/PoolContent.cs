using Zonix.Host.Files;
using Zonix.Storage.Contents;
using Zonix.Storage.Groups;

namespace Zonix.FileSystems.Pool;

/// <summary>
/// The bytes of a regular file of a dataset: a content of the pool as long as nobody writes; few written bytes are an array, which
/// the next group makes a content of; many are a file of the pool that is written in place.
/// </summary>
/// <remarks>
/// Under its gate user memory is copied. Whoever must ask the pool for a content (to write to one that has its checksum) does so
/// without the gate: the pool's thread takes it while it has the pool's.
/// </remarks>
internal sealed partial class PoolContent : IContentVersion, IWritableMappings
{
    private const int ArrayLimit = ContentStore.SmallLimit;
    private const long PageSize = 4096;
    private readonly PoolRegular owner;
    private readonly Lock gate = new();
    private long size;

    // One of both, or neither: then there is nothing but a hole.
    private Content? content;
    private byte[]? array;

    // The array belongs to a batch, too: it is copied before it changes.
    private bool isArrayTaken;

    // The content is a file that may be written in place; a batch may have it, so that it is not thrown away unseen.
    private bool isOpen, isFileTaken;
    private long contentId;

    // What the committed row says, and what is counted for the quota.
    private long rowContent, rowStored, counted;
    private int countedIn;
    private int writableMappings;
    private bool isMappedShared;
    private long version;
    private bool changesUnseen;

    public PoolContent(PoolRegular owner)
    {
        this.owner = owner;
        if (owner.Node is not { } node)
            return;
        size = node.Size;
        contentId = rowContent = node.Content;
        rowStored = node.Stored;
        counted = node.Layer == owner.FileSystem.TopLayer && !owner.FileSystem.WasFrozen ? node.Stored : 0;
        countedIn = owner.FileSystem.Generation;
    }

    public long Size => Volatile.Read(ref size);

    /// <inheritdoc/>
    public long? Version
    {
        get
        {
            long now = Volatile.Read(ref version);
            return (now & 1) != 0 || Volatile.Read(ref changesUnseen) ? null : now;
        }
    }

    /// <summary>Whether it may be written through a mapping.</summary>
    public bool IsMappedWritable => Volatile.Read(ref writableMappings) > 0;

    /// <summary>Blocks of 512 bytes that are really held.</summary>
    public ulong Blocks
    {
        get
        {
            lock (gate)
            {
                if (array is not null)
                    return BlocksOf(Math.Min(size, array.Length));
                if (content is null)
                    return BlocksOf(contentId == 0 ? 0 : rowStored);
                return content.IsSmall ? BlocksOf(content.Length) : (ulong)content.StoredBytes / 512;
            }
        }
    }

    private DatasetFileSystem FileSystem => owner.FileSystem;

    /// <summary>Whole pages, as blocks of 512 bytes.</summary>
    public static ulong BlocksOf(long stored) => (ulong)((stored + PageSize - 1) / PageSize * 8);

    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        HostFile? file = null;
        byte[] bytes;
        long end;
        lock (gate)
        {
            end = size;
            if (offset >= end || buffer.Remaining == 0)
                return 0;
            Errno e = Source(out bytes, out file);
            if (e != 0)
                return e;
        }
        ulong count = Math.Min(buffer.Remaining, (ulong)(end - offset));
        ulong done = 0;
        if (file is not null)
        {
            SysResult result;
            using (file)
                result = buffer.ReadFrom(file, offset, count);
            if (result.IsError || (ulong)result.Value == count || buffer.Faulted)
                return result;
            // Cut off by someone whose change was lost in a crash: what is missing is a hole.
            done = (ulong)result.Value;
        }
        else if (offset < bytes.Length)
        {
            // The array may be shorter than the file: the rest is a hole. A racing write may show in part, as on Linux.
            done = (ulong)buffer.CopyOut(bytes.AsSpan((int)offset, (int)Math.Min((long)count, bytes.Length - offset)));
        }
        if (done < count && !buffer.Faulted)
            done += buffer.Clear(count - done);
        return done == 0 ? Errno.EFAULT : done;
    }

    /// <summary>Writes; offset -1 is the end, and is replaced by it.</summary>
    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        while (true)
        {
            lock (gate)
            {
                if (IsWritable)
                    return WriteLocked(ref buffer, ref offset);
            }
            Errno e = MakeWritable();
            if (e != 0)
                return e;
        }
    }

    public Errno Resize(long newSize)
    {
        while (true)
        {
            lock (gate)
            {
                if (newSize == 0 && !IsMappedWritable)
                {
                    Empty();
                    return 0;
                }
                if (IsWritable)
                    return ResizeLocked(newSize);
            }
            Errno e = MakeWritable();
            if (e != 0)
                return e;
        }
    }

    public SysResult SeekData(long offset, bool hole)
    {
        lock (gate)
        {
            if (offset >= size)
                return Errno.ENXIO;
            Errno e = Source(out byte[] bytes, out HostFile? file);
            if (e != 0)
                return e;
            if (file is not null)
            {
                using (file)
                {
                    SysResult found = SysResult.FromRaw(file.Seek(offset, hole ? 4 : 3));
                    return found.IsError ? found : Math.Min(found.Value, size);
                }
            }
            // An array has no holes but the one behind it.
            long end = Math.Min(size, (bytes.Length + PageSize - 1) & ~(PageSize - 1));
            return hole ? Math.Max(offset, end) : offset < end ? offset : Errno.ENXIO;
        }
    }

    /// <summary>The host's file, for a mapping: one that is written to as long as anybody may write.</summary>
    public Errno GetFile(bool shared, bool writable, out HostFile? file)
    {
        while (true)
        {
            lock (gate)
            {
                if (FileSystem.IsReadOnly && content is null && contentId == 0)
                    return MakeHole(out file);
                bool changes = shared && (writable || owner.HasWriters || array is not null || isOpen);
                if (!changes && array is null && (content is not null || contentId != 0))
                    return Find(out Content? found) is var failed and not 0 ? Fail(failed, out file) : found!.Acquire(out file);
                if (IsWritable)
                {
                    Errno moved = MoveToFile();
                    if (moved != 0)
                        return Fail(moved, out file);
                    isMappedShared |= shared;
                    if (shared && writable)
                        Volatile.Write(ref changesUnseen, true);
                    return content!.Acquire(out file);
                }
            }
            Errno e = MakeWritable();
            if (e != 0)
                return Fail(e, out file);
        }
    }

    /// <summary>A shared mapping that may be written is about to be made.</summary>
    public void MappedWritable() => Interlocked.Increment(ref writableMappings);

    /// <inheritdoc/>
    public void Unmapped()
    {
        if (Interlocked.Decrement(ref writableMappings) == 0)
            owner.Changed();
    }

    /// <summary>The content to be on the disk for fsync(2); null: there is no file of its own.</summary>
    public Content? ForSync()
    {
        lock (gate)
            return isOpen ? content : null;
    }

    private Errno MakeHole(out HostFile? file)
    {
        Errno e = (Errno)HostFile.CreateInMemory("zonix-hole", out file);
        return e != 0 ? e : (Errno)file!.Truncate(size);
    }

    private static Errno Fail(Errno e, out HostFile? file)
    {
        file = null;
        return e;
    }

    // Where to read from: the file, if there is one, else the bytes. Under the gate.
    private Errno Source(out byte[] bytes, out HostFile? file)
    {
        file = null;
        bytes = array ?? [];
        if (array is not null)
            return 0;
        Errno e = Find(out Content? found);
        if (e != 0 || found is null)
            return e;
        return found.IsSmall ? found.GetBytes(out bytes) : found.Acquire(out file);
    }

    // The content; null with success when there is only a hole. Under the gate.
    private Errno Find(out Content? found)
    {
        if (content is not null)
            content = content.Current;
        found = content;
        if (content is not null || contentId == 0)
            return 0;
        Errno e = FileSystem.Dataset.Pool.Contents.Find(contentId, out content);
        found = content;
        return e;
    }

    private SysResult WriteLocked(ref UserBuffer buffer, ref long offset)
    {
        using var change = new Change(this);
        if (offset < 0)
            offset = size;
        ulong count = Math.Min(buffer.Remaining, (ulong)(long.MaxValue - offset));
        if (count == 0)
            return buffer.Remaining == 0 ? 0 : Errno.EFBIG;
        if (!FileSystem.Dataset.HasRoom(Growth(offset, (long)count)))
            return Errno.EDQUOT;
        long end = offset + (long)count;
        int held = array?.Length ?? 0;
        bool leavesHole = offset >= ((held + PageSize - 1) & ~(PageSize - 1)) && offset >= PageSize;
        if (content is null && (end > ArrayLimit || leavesHole))
        {
            Errno e = MoveToFile();
            if (e != 0)
                return e;
        }
        SysResult result;
        if (content is not null)
        {
            Errno e = content.Acquire(out HostFile? file);
            if (e != 0)
                return e;
            using (file)
                result = buffer.WriteTo(file!, offset, count);
        }
        else
        {
            OwnArray((int)end);
            int n = buffer.CopyIn(array.AsSpan((int)offset, (int)count));
            result = n == 0 ? Errno.EFAULT : n;
        }
        if (!result.IsError)
        {
            Count(Growth(offset, result.Value));
            Volatile.Write(ref size, Math.Max(size, offset + result.Value));
        }
        return result;
    }

    private Errno ResizeLocked(long newSize)
    {
        using var change = new Change(this);
        if (content is null && newSize > ArrayLimit)
        {
            Errno e = MoveToFile();
            if (e != 0)
                return e;
        }
        if (content is not null)
        {
            Errno e = content.Acquire(out HostFile? file);
            if (e != 0)
                return e;
            using (file)
                e = (Errno)file!.Truncate(newSize);
            if (e != 0)
                return e;
        }
        else if (array is not null && newSize < array.Length)
        {
            // What lies beyond the end must read as zeros when the file grows again.
            array = array[..(int)newSize];
            isArrayTaken = false;
        }
        if (newSize < size)
            Count(Math.Min(0, newSize - Counted));
        Volatile.Write(ref size, newSize);
        return 0;
    }

    // Nothing of the old content is needed. Under the gate.
    private void Empty()
    {
        using var change = new Change(this);
        Discard();
        Count(-Counted);
        Volatile.Write(ref size, 0);
    }

    private void Discard()
    {
        if (isOpen)
            FileSystem.RemoveOpen(owner);
        if (!isFileTaken && content is { IsSmall: false } own)
            FileSystem.Dataset.Pool.Contents.Discard(own);
        (content, contentId, array, isOpen, isArrayTaken) = (null, 0, null, false, false);
        isMappedShared = false;
    }

    private void OwnArray(int needed)
    {
        int held = array?.Length ?? 0;
        if (isArrayTaken || needed > held)
        {
            int length = needed <= held ? held : Math.Max(needed, Math.Min(ArrayLimit, Math.Max(128, held * 2)));
            byte[] bigger = new byte[length];
            array?.AsSpan(0, (int)Math.Min(size, held)).CopyTo(bigger);
            array = bigger;
            isArrayTaken = false;
        }
    }

    /// <summary>A stretch of time in which the content changes. The gate is held.</summary>
    private readonly ref struct Change
    {
        private readonly PoolContent content;

        public Change(PoolContent content)
        {
            this.content = content;
            Interlocked.Increment(ref content.version);
        }

        public void Dispose() => Interlocked.Increment(ref content.version);
    }
}
