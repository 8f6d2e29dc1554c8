using Zonix.Host.Files;
using Zonix.Storage.Contents;
using Zonix.Storage.Groups;

namespace Zonix.FileSystems.Pool;

/// <content>How a content becomes one that can be written, and how groups take it.</content>
internal sealed partial class PoolContent
{
    private const long SettleAtOnce = 16 << 20, IdleNs = 30_000_000_000;
    private long capturedVersion;

    /// <summary>What a batch takes of it.</summary>
    /// <param name="Size">The file's size.</param>
    /// <param name="Content">The content it has; null: none, or one that is to be made of the bytes.</param>
    /// <param name="Bytes">Bytes for a new content.</param>
    /// <param name="Settles">Nobody writes to it: it gets its checksum.</param>
    /// <param name="RowContent">The content of the committed row.</param>
    /// <param name="RowStored">The bytes that that one takes.</param>
    public readonly record struct Captured(
        long Size, Content? Content, ReadOnlyMemory<byte> Bytes, bool Settles, long RowContent, long RowStored);

    /// <summary>Whether a group of this kind has something to do with it though nobody has changed it.</summary>
    public bool IsDue(CaptureKind kind)
    {
        lock (gate)
            return isOpen && (kind is CaptureKind.Freeze or CaptureKind.Close || MaySettle(kind));
    }

    // Under the gate: it may be changed at once. Few bytes that nobody has written yet are read, but for a hole there is nothing to do.
    private bool IsWritable => array is not null || isOpen || (content is null && contentId == 0);

    /// <summary>Gathers it for a batch. Under the tree gate.</summary>
    public Captured Capture(CaptureKind kind, bool isDeleted)
    {
        lock (gate)
        {
            capturedVersion = Volatile.Read(ref version);
            if (isDeleted)
                return new Captured(0, null, default, false, rowContent, rowStored);
            if (array is not null)
            {
                isArrayTaken = true;
                return new Captured(size, null, array.AsMemory(0, (int)Math.Min(size, array.Length)), false, rowContent, rowStored);
            }
            // A small one that cannot be read is kept by its number.
            if (Find(out Content? found) != 0)
                FileSystem.Complain($"content {contentId} of inode {owner.Number} cannot be found");
            bool settles = false;
            if (found is not null && isOpen)
            {
                isFileTaken = true;
                if (kind is CaptureKind.Freeze || (kind is CaptureKind.Close && !IsMappedWritable))
                    found = Freeze(found, copies: kind is CaptureKind.Freeze);
                else if (MaySettle(kind))
                    (found, settles) = size <= SettleAtOnce ? (found, true) : (Freeze(found, copies: false), false);
            }
            return new Captured(size, found, default, settles, rowContent == found?.Id ? 0 : rowContent, rowStored);
        }
    }

    /// <summary>The checksum is made; it holds unless somebody has written, or may write unseen. See <see cref="IDatasetChanges.TrySettle"/>.</summary>
    public bool TrySettle()
    {
        lock (gate)
        {
            if (!isOpen || Volatile.Read(ref version) != capturedVersion || owner.HasWriters || IsMappedWritable)
                return false;
            isOpen = false;
            FileSystem.RemoveOpen(owner);
            return true;
        }
    }

    /// <summary>The row is in the database.</summary>
    public void Committed(InodeChange change, bool isFrozen)
    {
        lock (gate)
        {
            long before = change.StoredBefore.Own;
            rowContent = change.Content?.Id ?? 0;
            rowStored = change.Stored;
            // What was counted until the batch was taken is now counted by the pool; of what came later nobody knows yet but this.
            long sinceThen = Volatile.Read(ref version) == capturedVersion ? 0 : counted - change.Stored;
            FileSystem.Dataset.AddUncommitted(before - counted + sinceThen);
            (counted, countedIn) = (isFrozen ? sinceThen : change.Stored + sinceThen, FileSystem.Generation);
            if (Volatile.Read(ref version) == capturedVersion && array is not null)
            {
                (array, isArrayTaken) = (null, false);
                content = change.Content;
                contentId = rowContent;
            }
        }
    }

    /// <summary>The row is not in the database, nor is the content that the batch had: a file that nobody else has goes.</summary>
    public void Failed(InodeChange change)
    {
        lock (gate)
        {
            if (change.Content is not { IsSmall: false } taken)
                return;
            if (ReferenceEquals(taken, content))
                isFileTaken = false;
            else
                FileSystem.Dataset.Pool.Contents.Discard(taken);
        }
    }

    /// <summary>The last user is gone.</summary>
    public void Free()
    {
        lock (gate)
        {
            Discard();
            Count(-Counted);
            Volatile.Write(ref size, 0);
        }
    }

    // Under the gate: what is mapped goes on with this file, and the snapshot gets a copy; else the next writer makes the copy.
    private Content Freeze(Content open, bool copies)
    {
        if (copies && isMappedShared && TryCopy(open, out Content? copy))
        {
            copy!.Freeze(size);
            owner.Changed();
            return copy;
        }
        isOpen = false;
        isMappedShared = false;
        FileSystem.RemoveOpen(owner);
        open.Freeze(size);
        return open;
    }

    private bool MaySettle(CaptureKind kind)
    {
        // Of those that are to be shared the pool makes the checksums, when they do not change any more.
        if (kind != CaptureKind.Group || IsMappedWritable || owner.HasWriters || FileSystem.Dataset.Properties.SharesContents)
            return false;
        if (size <= SettleAtOnce)
            return true;
        owner.GetModifyTime(out Timestamp modify);
        Timestamp now = FileSystem.Now;
        return ((now.Seconds - modify.Seconds) * 1_000_000_000) + now.Nanoseconds - modify.Nanoseconds > IdleNs;
    }

    // Without the gate, since the pool may have to be waited for.
    private Errno MakeWritable()
    {
        Content? found;
        lock (gate)
        {
            if (IsWritable)
                return 0;
            Errno e = Find(out found);
            if (e != 0 || found is null)
                return e;
            if (found.IsSmall)
                return TakeBytes(found);
        }
        bool inPlace;
        try
        {
            inPlace = FileSystem.Dataset.Pool.Reopen(FileSystem.Dataset, found);
        }
        catch (Storage.PoolException e)
        {
            FileSystem.Complain(e.Message);
            return e.Error;
        }
        lock (gate)
        {
            if (IsWritable || !ReferenceEquals(content, found))
                return 0;
            using var change = new Change(this);
            return inPlace ? OpenInPlace(found) : CopyContent(found);
        }
    }

    private Errno TakeBytes(Content small)
    {
        Errno e = small.GetBytes(out byte[] bytes);
        if (e != 0)
            return e;
        // Bytes of contents are never changed: as if a batch had them.
        (array, isArrayTaken, content, contentId) = (bytes, true, null, 0);
        Count(Math.Min(size, bytes.Length) - Counted);
        return 0;
    }

    // After a crash there may be bytes behind the end that no group has taken in.
    private Errno OpenInPlace(Content found)
    {
        Errno e = found.Acquire(out HostFile? file);
        if (e != 0)
            return e;
        using (file)
            e = file!.Stat(out HostStat stat) == 0 && (long)stat.Size != size ? (Errno)file.Truncate(size) : 0;
        if (e != 0)
            return e;
        (isOpen, isFileTaken) = (true, true);
        FileSystem.AddOpen(owner);
        return 0;
    }

    private Errno CopyContent(Content found)
    {
        if (!FileSystem.Dataset.HasRoom(rowStored - Counted))
            return Errno.EDQUOT;
        if (!TryCopy(found, out Content? copy))
            return Errno.ENOSPC;
        (content, contentId, isOpen, isFileTaken) = (copy, copy!.Id, true, false);
        FileSystem.AddOpen(owner);
        Count(rowStored - Counted);
        return 0;
    }

    private bool TryCopy(Content source, out Content? copy)
    {
        copy = null;
        if (source.Acquire(out HostFile? from) != 0)
            return false;
        using (from)
        {
            if (FileSystem.Dataset.Pool.Contents.Create(FileSystem.TopLayer, out copy) != 0)
                return false;
            if (copy!.Acquire(out HostFile? to) == 0)
            {
                using (to)
                {
                    if (HostRanges.Copy(from!, to!, size) == 0)
                        return true;
                }
            }
        }
        FileSystem.Dataset.Pool.Contents.Discard(copy!);
        copy = null;
        return false;
    }

    // Under the gate: the array becomes a file.
    private Errno MoveToFile()
    {
        if (content is not null)
            return 0;
        Errno e = FileSystem.Dataset.Pool.Contents.Create(FileSystem.TopLayer, out Content? made);
        if (e != 0)
            return e;
        e = made!.Acquire(out HostFile? file);
        if (e == 0)
        {
            using (file)
            {
                int length = (int)Math.Min(size, array?.Length ?? 0);
                long put = length == 0 ? 0 : file!.PWrite(array.AsSpan(0, length), 0);
                // A new file that is truncated is written back when it is closed, by ext4's rule for files that replace others.
                e = put != length ? put < 0 ? (Errno)(-put) : Errno.ENOSPC : size > length ? (Errno)file!.Truncate(size) : 0;
            }
        }
        if (e != 0)
        {
            FileSystem.Dataset.Pool.Contents.Discard(made);
            return e;
        }
        (content, contentId, array, isOpen, isArrayTaken, isFileTaken) = (made, made.Id, null, true, false, false);
        FileSystem.AddOpen(owner);
        return 0;
    }

    public Errno Allocate(FallocateMode mode, long offset, long length)
    {
        if ((mode & FallocateMode.FALLOC_FL_UNSHARE_RANGE) != 0)
            return Errno.EOPNOTSUPP;
        while (true)
        {
            lock (gate)
            {
                if (IsWritable)
                    return AllocateLocked(mode, offset, length);
            }
            Errno e = MakeWritable();
            if (e != 0)
                return e;
        }
    }

    private Errno AllocateLocked(FallocateMode mode, long offset, long length)
    {
        using var change = new Change(this);
        FallocateMode kind = mode & ~FallocateMode.FALLOC_FL_KEEP_SIZE;
        bool keeps = kind != mode, provides = kind is 0 or FallocateMode.FALLOC_FL_ZERO_RANGE;
        if (provides && !FileSystem.Dataset.HasRoom(length))
            return Errno.EDQUOT;
        Errno e = MoveToFile();
        if (e != 0 || (e = content!.Acquire(out HostFile? file)) != 0)
            return e;
        using (file)
        {
            e = kind switch
            {
                FallocateMode.FALLOC_FL_PUNCH_HOLE => (Errno)file!.PunchHole(offset, length),
                FallocateMode.FALLOC_FL_COLLAPSE_RANGE => HostRanges.Collapse(file!, ref size, offset, length),
                FallocateMode.FALLOC_FL_INSERT_RANGE => HostRanges.Insert(file!, ref size, offset, length),
                FallocateMode.FALLOC_FL_ZERO_RANGE when file!.PunchHole(offset, length) is var error and not 0 => (Errno)error,
                _ => (Errno)file!.Allocate((int)(mode & FallocateMode.FALLOC_FL_KEEP_SIZE), offset, length),
            };
            if (e == 0 && provides && !keeps)
                Volatile.Write(ref size, Math.Max(size, offset + length));
            if (file!.Stat(out HostStat stat) == 0)
                Count(((long)stat.Blocks * 512) - Counted);
        }
        return e;
    }
}
