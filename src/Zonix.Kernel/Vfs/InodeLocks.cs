using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Vfs;

/// <summary>The locks on one inode. Record locks and flock(2) locks do not see each other.</summary>
internal sealed class InodeLocks
{
    private readonly Lock gate = new();
    private readonly List<FileLock> records = [];
    private readonly List<FileLock> whole = [];

    /// <summary>Woken when a lock goes.</summary>
    public WaitQueue Released { get; } = new();

    /// <summary>The first record lock in the way, or null.</summary>
    public FileLock? FindConflict(FileLock wanted)
    {
        lock (gate)
            return records.Find(held => held.Conflicts(wanted));
    }

    /// <summary>Sets a record lock; false when another owner's is in the way.</summary>
    public bool TrySet(FileLock wanted)
    {
        lock (gate)
        {
            if (records.Exists(held => held.Conflicts(wanted)))
                return false;
            Carve(wanted.Owner, wanted.Start, wanted.End);
            records.Add(wanted);
        }
        Released.WakeAll();
        return true;
    }

    /// <summary>Gives a range back.</summary>
    public void Clear(object owner, long start, long end)
    {
        lock (gate)
            Carve(owner, start, end);
        Released.WakeAll();
    }

    /// <summary>flock(2): sets, converts; false when it has to wait. A conversion gives the old lock up first, as Linux does.</summary>
    public bool TrySetWhole(object owner, bool exclusive)
    {
        var wanted = new FileLock(owner, -1, 0, long.MaxValue, exclusive);
        bool set;
        lock (gate)
        {
            whole.RemoveAll(held => ReferenceEquals(held.Owner, owner));
            set = !whole.Exists(held => held.Conflicts(wanted));
            if (set)
                whole.Add(wanted);
        }
        Released.WakeAll();
        return set;
    }

    /// <summary>flock(2), LOCK_UN; also when a description closes.</summary>
    public void ClearWhole(object owner)
    {
        lock (gate)
        {
            if (whole.RemoveAll(held => ReferenceEquals(held.Owner, owner)) == 0)
                return;
        }
        Released.WakeAll();
    }

    private void Carve(object owner, long start, long end)
    {
        for (int i = records.Count - 1; i >= 0; i--)
        {
            FileLock held = records[i];
            if (!ReferenceEquals(held.Owner, owner) || held.Start >= end || start >= held.End)
                continue;
            records.RemoveAt(i);
            if (held.Start < start)
                records.Add(held with { End = start });
            if (held.End > end)
                records.Add(held with { Start = end });
        }
    }
}
