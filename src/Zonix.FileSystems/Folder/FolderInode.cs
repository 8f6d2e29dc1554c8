using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <summary>
/// What all inodes of a folder share: which object of the host it is, a name by which it was found last, what the host said of
/// it last, and while it is open, a descriptor of it.
/// </summary>
internal sealed class FolderInode(FolderFileSystem fileSystem, FolderIdentity identity)
{
    private readonly Lock gate = new();
    private Place? place;
    private InodeAttributes attributes;
    private HostFile? held;
    private int opens;
    private HostTime keptAt = new(long.MinValue, 0);
    private byte[] kept = [];

    public FolderFileSystem FileSystem => fileSystem;

    public FolderIdentity Identity => identity;

    /// <summary>The directory it was found in last; null for the root and files without a name.</summary>
    public FolderDirectory? Parent => Volatile.Read(ref place)?.Parent;

    /// <summary>Its name there.</summary>
    public ReadOnlySpan<byte> Name => Volatile.Read(ref place) is { } known ? known.Name : default;

    public InodeAccess Access
    {
        get
        {
            lock (gate)
                return new(attributes.Mode, attributes.Uid, attributes.Gid);
        }
    }

    /// <summary>What the host said last.</summary>
    public InodeAttributes LastAttributes
    {
        get
        {
            lock (gate)
                return attributes;
        }
    }

    /// <summary>It was found, or put, under this name.</summary>
    public void Found(FolderDirectory parent, ReadOnlySpan<byte> name)
    {
        Place? known = Volatile.Read(ref place);
        if (known is null || !ReferenceEquals(known.Parent, parent) || !name.SequenceEqual(known.Name))
            Volatile.Write(ref place, new Place(parent, name.ToArray()));
    }

    /// <summary>Takes what the host just said. <paramref name="entry"/> leads to it, for the owner that was kept.</summary>
    public void Update(in HostStat stat, HostEntry? entry)
    {
        InodeAttributes fresh = fileSystem.Translate(stat);
        if (!fileSystem.Owners.ArePassed)
            fileSystem.Owners.Show(ref fresh, KeptOwner(stat, entry));
        lock (gate)
            attributes = fresh;
    }

    /// <summary>The attributes as they are now; of one whose name has gone, as they were last.</summary>
    public Errno GetAttributes(out InodeAttributes now)
    {
        HostFile? open = TakeOpen();
        if (open is not null)
        {
            if (open.Stat(out HostStat stat) == 0)
                Update(stat, new HostEntry(open.Handle));
            open.Dispose();
        }
        else if (Volatile.Read(ref place) is { } known && known.Parent.Stat(known.Name, out HostStat named) == 0 &&
            FolderIdentity.Of(named) == identity)
        {
            Update(named, null);
        }
        now = LastAttributes;
        return 0;
    }

    /// <summary>chmod, chown, truncate, utimensat.</summary>
    public Errno SetAttributes(in AttributeChange change)
    {
        Errno e = Hold(out FolderHold hold);
        if (e != 0)
            return e;
        try
        {
            HostEntry entry = hold.Entry;
            if (change.Size is { } size && (e = size > long.MaxValue ? Errno.EFBIG : (Errno)entry.SetSize((long)size)) != 0)
                return e;
            if (change.Mode is not null || change.Uid is not null || change.Gid is not null)
            {
                InodeAccess old = Access;
                e = fileSystem.Owners.Set(
                    entry, old.Type, change.Uid ?? old.Uid, change.Gid ?? old.Gid, change.Mode ?? (old.Mode & FileModeBits.PermissionMask));
                if (e != 0)
                    return e;
            }
            if ((change.Access ?? change.Modify) is not null)
                e = (Errno)entry.SetTimes(Stamp(change.Access), Stamp(change.Modify));
            keptAt = default;
            if (entry.Stat(out HostStat stat) == 0)
                Update(stat, entry);
            return e;
        }
        finally
        {
            hold.Dispose();
        }
    }

    /// <summary>A descriptor that leads to it, and to nothing else; ESTALE when its name has another meaning by now.</summary>
    public Errno Hold(out FolderHold hold)
    {
        hold = default;
        if (TakeOpen() is { } open)
        {
            hold = new FolderHold(open);
            return 0;
        }
        if (Volatile.Read(ref place) is not { } known)
            return Errno.ESTALE;
        Errno e = known.Parent.OpenEntry(known.Name, out HostDescriptor? descriptor);
        if (e != 0)
            return e;
        e = new HostEntry(descriptor!).Stat(out HostStat stat) == 0 && FolderIdentity.Of(stat) == identity ? 0 : Errno.ESTALE;
        if (e != 0)
            descriptor!.Dispose();
        else
            hold = new FolderHold(descriptor!);
        return e;
    }

    /// <summary>It is open by this descriptor, too; the first one's is kept until nobody has it open.</summary>
    public void Opened(HostFile file)
    {
        lock (gate)
        {
            opens++;
            held ??= file.AddReference();
        }
    }

    /// <summary>The end of what <see cref="Opened"/> began.</summary>
    public void Closed()
    {
        HostFile? last = null;
        lock (gate)
        {
            if (--opens == 0)
                (last, held) = (held, null);
        }
        last?.Dispose();
    }

    /// <summary>A name was taken away: what cannot be asked any more has one name less.</summary>
    public void Unlinked()
    {
        lock (gate)
        {
            if (attributes.Links > 0)
                attributes.Links--;
        }
    }

    /// <summary>The file that <see cref="Opened"/> keeps; null when it is not open. The caller disposes it.</summary>
    public HostFile? TakeOpen()
    {
        lock (gate)
            return held?.AddReference();
    }

    private static HostTime? Stamp(Timestamp? time) => time is { } t ? new HostTime(t.Seconds, t.Nanoseconds) : null;

    // Setting the attribute changes the change time: it is read again only then.
    private ReadOnlySpan<byte> KeptOwner(in HostStat stat, HostEntry? entry)
    {
        if (identity.Type is not FileModeBits.S_IFREG and not FileModeBits.S_IFDIR)
            return default;
        if (keptAt == stat.Change)
            return kept;
        Span<byte> value = stackalloc byte[64];
        long length = entry is { } known
            ? known.GetAttribute(FolderOwners.AttributeName, value)
            : Parent?.GetAttribute(Name, FolderOwners.AttributeName, value) ?? -1;
        kept = length > 0 ? value[..(int)length].ToArray() : [];
        keptAt = stat.Change;
        return kept;
    }

    private sealed record Place(FolderDirectory Parent, byte[] Name);
}
