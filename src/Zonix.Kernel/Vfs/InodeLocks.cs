using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// The locks on one inode. Record locks and flock(2) locks do not see each other. Those of one owner lie together, in
/// order, and do not overlap; neighbours of one type are one lock.
/// </summary>
internal sealed class InodeLocks
{
    private readonly Lock gate = new();
    private readonly List<FileLock> records = [];
    private readonly List<FileLock> whole = [];

    /// <summary>Woken when a lock goes or becomes weaker.</summary>
    public WaitQueue Released { get; } = new();

    /// <summary>The first lock in the way of one of its kind, or null.</summary>
    public FileLock? FindConflict(FileLock wanted)
    {
        lock (gate)
            return FindConflict(wanted.Kind == FileLockKind.Whole ? whole : records, wanted);
    }

    /// <summary>Sets a lock; false when another owner's is in the way.</summary>
    public bool TrySet(FileLock wanted) => wanted.Kind == FileLockKind.Whole ? TrySetWhole(wanted) : TrySetRecord(wanted);

    /// <summary>Gives a range of record locks back.</summary>
    public void Clear(object owner, long start, long end)
    {
        lock (gate)
        {
            if (!Carve(owner, start, end))
                return;
        }
        Released.WakeAll();
    }

    /// <summary>flock(2), LOCK_UN; also when a description closes.</summary>
    public void ClearWhole(object owner)
    {
        lock (gate)
        {
            if (!TryRemoveWhole(owner))
                return;
        }
        Released.WakeAll();
    }

    /// <summary>All locks that are held.</summary>
    public void List(List<FileLock> into)
    {
        lock (gate)
        {
            into.AddRange(whole);
            into.AddRange(records);
        }
    }

    private static FileLock? FindConflict(List<FileLock> locks, FileLock wanted)
    {
        foreach (FileLock held in locks)
        {
            if (held.Conflicts(wanted))
                return held;
        }
        return null;
    }

    private bool TrySetRecord(FileLock wanted)
    {
        bool freed;
        lock (gate)
        {
            if (FindConflict(records, wanted) is not null)
                return false;
            wanted = Merge(wanted);
            freed = Carve(wanted.Owner, wanted.Start, wanted.End);
            records.Insert(PlaceOf(wanted), wanted);
        }
        if (freed)
            Released.WakeAll();
        return true;
    }

    // A conversion gives the old lock up first, and does not get it back when it fails, as Linux does.
    private bool TrySetWhole(FileLock wanted)
    {
        bool set, freed;
        lock (gate)
        {
            freed = TryRemoveWhole(wanted.Owner);
            set = FindConflict(whole, wanted) is null;
            if (set)
                whole.Add(wanted);
        }
        if (freed)
            Released.WakeAll();
        return set;
    }

    private bool TryRemoveWhole(object owner)
    {
        int at = whole.FindIndex(held => ReferenceEquals(held.Owner, owner));
        if (at < 0)
            return false;
        whole.RemoveAt(at);
        return true;
    }

    // What touches it and is of its type becomes part of it.
    private FileLock Merge(FileLock wanted)
    {
        (long start, long end) = (wanted.Start, wanted.End);
        foreach (FileLock held in records)
        {
            if (!ReferenceEquals(held.Owner, wanted.Owner) || held.Exclusive != wanted.Exclusive || held.Start > wanted.End || wanted.Start > held.End)
                continue;
            start = Math.Min(start, held.Start);
            end = Math.Max(end, held.End);
        }
        return wanted with { Start = start, End = end };
    }

    private int PlaceOf(FileLock wanted)
    {
        int place = records.FindLastIndex(held => ReferenceEquals(held.Owner, wanted.Owner));
        if (place < 0)
            return records.Count;
        while (place >= 0 && ReferenceEquals(records[place].Owner, wanted.Owner) && records[place].Start > wanted.Start)
            place--;
        return place + 1;
    }

    private bool Carve(object owner, long start, long end)
    {
        bool changed = false;
        for (int i = records.Count - 1; i >= 0; i--)
        {
            FileLock held = records[i];
            if (!ReferenceEquals(held.Owner, owner) || held.Start >= end || start >= held.End)
                continue;
            changed = true;
            records.RemoveAt(i);
            if (held.End > end)
                records.Insert(i, held with { Start = end });
            if (held.Start < start)
                records.Insert(i, held with { End = start });
        }
        return changed;
    }
}
