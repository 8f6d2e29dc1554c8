namespace Zonix.Kernel.Watching;

/// <summary>The marks on one object. Read without a lock; changed under the gate of <see cref="FileWatching"/>.</summary>
internal sealed class WatchedObject
{
    private WatchMark[] marks = [];

    public WatchMark[] Marks => Volatile.Read(ref marks);

    /// <summary>All that anybody wants to know.</summary>
    public FileEvents Interest
    {
        get
        {
            FileEvents all = 0;
            foreach (WatchMark mark in Marks)
                all |= mark.Interest;
            return all;
        }
    }

    /// <summary>The group's mark; null: it has none.</summary>
    public WatchMark? Of(IWatchGroup group)
    {
        foreach (WatchMark mark in Marks)
        {
            if (ReferenceEquals(mark.Group, group))
                return mark;
        }
        return null;
    }

    public void Add(WatchMark mark) => Volatile.Write(ref marks, [.. marks, mark]);

    public bool Remove(WatchMark mark)
    {
        int before = marks.Length;
        Volatile.Write(ref marks, Array.FindAll(marks, other => !ReferenceEquals(other, mark)));
        return marks.Length < before;
    }
}
