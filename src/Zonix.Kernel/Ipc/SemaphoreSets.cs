using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Ipc;

/// <summary>The semaphores of a namespace. semget(2), semop(2), semctl(2).</summary>
public sealed class SemaphoreSets
{
    /// <summary>The largest value.</summary>
    public const int SEMVMX = 32767;

    private const uint Read = 0x124, Alter = 0x92;
    private int[] limits = [32000, 1_024_000_000, 500, 32000];

    /// <summary>The sets.</summary>
    public IpcTable<SemaphoreSet> Table { get; } = new();

    /// <summary>SEMMSL, SEMMNS, SEMOPM, SEMMNI. /proc/sys/kernel/sem.</summary>
    public IReadOnlyList<int> Limits
    {
        get => Volatile.Read(ref limits);
        set => Volatile.Write(ref limits, [.. value]);
    }

    /// <summary>Most semaphores of a set.</summary>
    public int MaxPerSet => Volatile.Read(ref limits)[0];

    /// <summary>Most operations of a call.</summary>
    public int MaxOperations => Volatile.Read(ref limits)[2];

    /// <summary>Semaphores in use, under the table's gate.</summary>
    public int Used { get; private set; }

    /// <summary>semget(2).</summary>
    public SysResult Get(KernelTask task, int key, int count, int flags)
    {
        if (count < 0 || count > MaxPerSet)
            return Errno.EINVAL;
        lock (Table.Gate)
        {
            return Table.Get(
                task.Credentials, key, flags, found => count > found.Values.Length ? Errno.EINVAL : 0, () => Create(task, key, count, flags));
        }
    }

    /// <summary>semtimedop(2); the operations have been fetched and their number checked.</summary>
    /// <param name="task">The caller.</param>
    /// <param name="id">The set's number.</param>
    /// <param name="operations">What to do.</param>
    /// <param name="undo">Where SEM_UNDO is noted.</param>
    /// <param name="deadlineNs">Monotonic time to give up at.</param>
    /// <returns>Success; EINVAL, EFBIG, EACCES, EIDRM, EAGAIN, ERANGE, EINTR.</returns>
    public SysResult Operate(KernelTask task, int id, SemBuf[] operations, Func<SemaphoreUndo> undo, long deadlineNs)
    {
        int highest = 0;
        bool alters = false, undoes = false;
        foreach (SemBuf operation in operations)
        {
            highest = Math.Max(highest, operation.Number);
            alters |= operation.Operation != 0;
            undoes |= (operation.Flags & SemBuf.SEM_UNDO) != 0;
        }
        SemaphoreWait wait;
        lock (Table.Gate)
        {
            if (Table.Find(id) is not { } set)
                return Errno.EINVAL;
            if (highest >= set.Values.Length)
                return Errno.EFBIG;
            if (!set.Allows(task.Credentials, alters ? Alter : Read))
                return Errno.EACCES;
            wait = new SemaphoreWait(task, Table.Gate, set, operations, undoes ? undo().For(set) : null);
        }
        return task.Block([], wait, deadlineNs, Restart.Never);
    }

    /// <summary>IPC_RMID.</summary>
    public SysResult Remove(KernelTask task, int id)
    {
        lock (Table.Gate)
        {
            if (Table.Find(id) is not { } set)
                return Errno.EINVAL;
            if (!set.IsOwnedBy(task.Credentials))
                return Errno.EPERM;
            Table.Remove(set);
            Used -= set.Values.Length;
            Dismiss(set.Readers);
            Dismiss(set.Writers);
            return 0;
        }
    }

    /// <summary>IPC_SET.</summary>
    public SysResult SetPermissions(KernelTask task, int id, in Ipc64Perm permissions)
    {
        lock (Table.Gate)
        {
            if (Table.Find(id) is not { } set)
                return Errno.EINVAL;
            if (!set.IsOwnedBy(task.Credentials))
                return Errno.EPERM;
            set.SetPermissions(permissions, IpcNamespace.Now(task));
            return 0;
        }
    }

    /// <summary>SETVAL, SETALL: sets semaphores from <paramref name="first"/> on. <paramref name="whole"/>: all of them.</summary>
    public SysResult SetValues(KernelTask task, int id, int first, ReadOnlySpan<ushort> values, bool whole)
    {
        foreach (ushort value in values)
        {
            if (value > SEMVMX)
                return Errno.ERANGE;
        }
        lock (Table.Gate)
        {
            if (Table.Find(id) is not { } set)
                return Errno.EINVAL;
            if (!whole && (first < 0 || first >= set.Values.Length))
                return Errno.EINVAL;
            if (!set.Allows(task.Credentials, Alter))
                return Errno.EACCES;
            for (int i = 0; i < values.Length; i++)
            {
                set.Values[first + i] = values[i];
                set.LastPids[first + i] = task.Process.Pid.Value;
                set.ClearUndo(first + i);
            }
            set.ChangeTime = IpcNamespace.Now(task);
            set.Serve(set.ChangeTime);
            return 0;
        }
    }

    /// <summary>A set that the caller may read, through <paramref name="read"/>, which runs under the gate.</summary>
    public SysResult Inspect(KernelTask task, int id, Func<SemaphoreSet, SysResult> read)
    {
        lock (Table.Gate)
        {
            return Table.Find(id) is not { } set ? Errno.EINVAL : set.Allows(task.Credentials, Read) ? read(set) : Errno.EACCES;
        }
    }

    private static void Dismiss(LinkedList<SemaphoreWait> waits)
    {
        foreach (SemaphoreWait wait in waits)
            wait.Complete(Errno.EIDRM);
        waits.Clear();
    }

    private SysResult Create(KernelTask task, int key, int count, int flags)
    {
        if (count == 0)
            return Errno.EINVAL;
        if (Used + count > Limits[1])
            return Errno.ENOSPC;
        var set = new SemaphoreSet(key, (uint)flags, task.Credentials, count) { ChangeTime = IpcNamespace.Now(task) };
        SysResult id = Table.Add(set, Limits[3]);
        if (!id.IsError)
            Used += count;
        return id;
    }
}
