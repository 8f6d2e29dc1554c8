using Zonix.Abi;
using Zonix.Host.Files;

namespace Zonix.Storage.Contents;

/// <summary>
/// The bytes of regular files: a row of the database when they are few, a file of the host otherwise. One object for all who use the
/// same content, so that all share the host's cache and what was translated from it. Any thread.
/// </summary>
public sealed class Content : IHostHandle
{
    private readonly ContentStore store;
    private HostFile? handle;
    private byte[]? data;
    private long length;

    internal Content(ContentStore store, long id, long layer, ContentState state, long length, bool isSmall)
    {
        this.store = store;
        Id = id;
        Layer = layer;
        State = state;
        this.length = length;
        IsSmall = isSmall;
    }

    /// <summary>Its number in the pool.</summary>
    public long Id { get; }

    /// <summary>Bytes; those of an open one change.</summary>
    public long Length => Volatile.Read(ref length);

    /// <summary>Whether it is a row of the database.</summary>
    public bool IsSmall { get; }

    /// <summary>The layer it was written for.</summary>
    public long Layer { get; internal set; }

    /// <summary>Whether it may change.</summary>
    public ContentState State { get; internal set; }

    /// <summary>How often it was opened again after it had been frozen.</summary>
    internal int Reopenings { get; set; }

    /// <summary>Whether the database knows it.</summary>
    internal bool IsCommitted { get; set; }

    /// <summary>The content to use: itself, or another one with the same bytes that the pool had already.</summary>
    public Content Current => ReplacedBy ?? this;

    /// <summary>One with the same bytes that stands for it now.</summary>
    internal Content? ReplacedBy { get; set; }

    bool IHostHandle.Used { get; set; }

    /// <summary>The bytes of a small one: EIO when they cannot be had.</summary>
    public Errno GetBytes(out byte[] bytes)
    {
        ((IHostHandle)this).Used = true;
        if (Volatile.Read(ref data) is { } known)
        {
            bytes = known;
            return 0;
        }
        Errno e = store.LoadBytes(this, out bytes);
        if (e != 0)
            return e;
        Volatile.Write(ref data, bytes);
        store.CountBytes(this);
        return 0;
    }

    /// <summary>Bytes that the host holds for it; of a file that cannot be asked its length.</summary>
    public long StoredBytes
    {
        get
        {
            if (ReplacedBy is { } other)
                return other.StoredBytes;
            HostStat stat;
            lock (this)
            {
                if (handle is not null)
                    return handle.Stat(out stat) == 0 ? (long)stat.Blocks * 512 : Length;
            }
            return !IsSmall && store.StatFile(this, out stat) ? (long)stat.Blocks * 512 : Length;
        }
    }

    /// <summary>It does not change from now on, until it is opened again; the pool makes its checksum. By who writes to it.</summary>
    public void Freeze(long finalLength)
    {
        SetLength(finalLength);
        State = ContentState.Pending;
    }

    /// <summary>A reference to the host's file, which the caller disposes; of a small one it is a copy in memory that all share.</summary>
    public Errno Acquire(out HostFile? file)
    {
        if (ReplacedBy is { } other)
            return other.Acquire(out file);
        bool fresh = false;
        lock (this)
        {
            if (handle is null)
            {
                Errno e = IsSmall ? MakeCopy() : store.OpenFile(this, out handle);
                if (e != 0)
                {
                    file = null;
                    return e;
                }
                fresh = true;
            }
            ((IHostHandle)this).Used = true;
            file = handle!.AddReference();
        }
        if (fresh)
            store.CountHandle(this);
        return 0;
    }

    void IHostHandle.Drop()
    {
        HostFile? dropped;
        lock (this)
        {
            dropped = handle;
            handle = null;
            Volatile.Write(ref data, null);
        }
        dropped?.Dispose();
    }

    internal void Keep(byte[] bytes) => data = bytes;

    internal void Keep(HostFile file) => handle = file;

    internal void SetLength(long newLength) => Volatile.Write(ref length, newLength);

    private Errno MakeCopy()
    {
        Errno e = GetBytes(out byte[] bytes);
        if (e != 0)
            return e;
        e = (Errno)HostFile.CreateInMemory("zonix-content", out HostFile? copy);
        if (e != 0)
            return e;
        if (copy!.PWrite(bytes, 0) != bytes.Length)
        {
            copy.Dispose();
            return Errno.ENOSPC;
        }
        handle = copy;
        return 0;
    }
}
