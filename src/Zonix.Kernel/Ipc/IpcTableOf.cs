using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Ipc;

/// <summary>The objects of one kind in a namespace. All members are called under <see cref="Gate"/>.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed class IpcTable<T>
    where T : IpcObject
{
    private readonly SortedDictionary<int, T> byIndex = [];
    private readonly Dictionary<int, T> byKey = [];
    private int lastIndex = -1, sequence;

    /// <summary>Guards the table and the objects in it. Inside it: wake-ups only.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The number that the next object is to get, if its index is free; -1: any. /proc/sys/kernel/msg_next_id.</summary>
    public int NextId { get; set; } = -1;

    /// <summary>How many there are.</summary>
    public int Count => byIndex.Count;

    /// <summary>The highest index in use; 0 when there is none, as IPC_INFO tells it.</summary>
    public int HighestIndex
    {
        get
        {
            int highest = 0;
            foreach (int index in byIndex.Keys)
                highest = index;
            return highest;
        }
    }

    /// <summary>All, by index.</summary>
    public IEnumerable<T> All => byIndex.Values;

    /// <summary>The object of a number; null: EINVAL.</summary>
    public T? Find(int id) => id >= 0 && byIndex.TryGetValue(id & IpcTable.IndexMask, out T? found) && found.Id == id ? found : null;

    /// <summary>The object at an index (SEM_STAT and its like); null: EINVAL.</summary>
    public T? At(int index) => index >= 0 ? byIndex.GetValueOrDefault(index & IpcTable.IndexMask) : null;

    /// <summary>
    /// The rule of semget(2), msgget(2) and shmget(2): what exists under a key is checked, what does not is made if
    /// IPC_CREAT permits.
    /// </summary>
    /// <returns>The number; ENOENT, EEXIST, EACCES, or what the functions answer.</returns>
    public SysResult Get(Credentials who, int key, int flags, Func<T, Errno> check, Func<SysResult> make)
    {
        if (key == 0 || !byKey.TryGetValue(key, out T? found))
            return key != 0 && (flags & (int)IpcFlags.IPC_CREAT) == 0 ? Errno.ENOENT : make();
        const int Exclusive = (int)(IpcFlags.IPC_CREAT | IpcFlags.IPC_EXCL);
        if ((flags & Exclusive) == Exclusive)
            return Errno.EEXIST;
        Errno e = check(found);
        return e != 0 ? e : found.Allows(who, (uint)flags) ? found.Id : Errno.EACCES;
    }

    /// <summary>Enters a new object and answers its number; ENOSPC beyond <paramref name="limit"/>.</summary>
    public SysResult Add(T made, int limit)
    {
        if (byIndex.Count >= Math.Min(limit, IpcTable.MaxIndex))
            return Errno.ENOSPC;
        int id = NextId >= 0 ? ChosenNumber() : NextNumber();
        if (id < 0)
            return Errno.ENOSPC;
        made.Id = id;
        byIndex.Add(id & IpcTable.IndexMask, made);
        if (made.Key != 0)
            byKey.Add(made.Key, made);
        return made.Id;
    }

    /// <summary>Takes an object out.</summary>
    public void Remove(T gone)
    {
        gone.IsRemoved = true;
        byIndex.Remove(gone.Id & IpcTable.IndexMask);
        Forget(gone);
    }

    /// <summary>An object is no longer found by its key.</summary>
    public void Forget(T hidden)
    {
        if (hidden.Key != 0)
            byKey.Remove(hidden.Key);
        hidden.Key = 0;
    }

    private int NextNumber()
    {
        int cycle = Math.Min(Math.Max(byIndex.Count * 3 / 2, IpcTable.MinCycle), IpcTable.MaxIndex);
        int index = lastIndex;
        do
        {
            index = index + 1 >= cycle ? 0 : index + 1;
        }
        while (byIndex.ContainsKey(index));
        if (index <= lastIndex)
            sequence = (sequence + 1) & 0x7FFF;
        lastIndex = index;
        return (sequence << IpcTable.IndexBits) | index;
    }

    // The first free index from the one that was asked for on, with its sequence.
    private int ChosenNumber()
    {
        int index = NextId & IpcTable.IndexMask;
        int chosenSequence = NextId & ~IpcTable.IndexMask;
        NextId = -1;
        while (index < IpcTable.MaxIndex && byIndex.ContainsKey(index))
            index++;
        return index < IpcTable.MaxIndex ? chosenSequence | index : -1;
    }
}
