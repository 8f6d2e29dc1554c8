using System.Buffers.Binary;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>System V semaphores. semget(2), semop(2), semctl(2).</summary>
internal static class SemaphoreCalls
{
    private const int SEMUSZ = 20, SEMUME = 500, SEMMNU = 1_024_000_000;

    /// <summary>Finds or makes a set. semget(2).</summary>
    [Syscall(X64 = 64, I386 = 393)]
    internal static SysResult Semget(KernelTask task, int key, int count, int flags) =>
        IpcCalls.Of(task).Semaphores.Get(task, key, count, flags);

    /// <summary>Operates on semaphores of a set, all at once. semop(2).</summary>
    [Syscall(X64 = 65)]
    internal static SysResult Semop(KernelTask task, int id, UserAddress operations, uint count) =>
        Operate(task, id, operations, count, long.MaxValue);

    /// <summary>semop(2) with a timeout. semtimedop(2).</summary>
    [Syscall(X64 = 220)]
    [Syscall(I386 = 420, Wide = true)]
    internal static SysResult Semtimedop(KernelTask task, int id, UserAddress operations, uint count, UserPointer<Timespec> timeout)
    {
        if (timeout.IsNull)
            return Operate(task, id, operations, count, long.MaxValue);
        if (!task.TryRead(timeout, out Timespec time))
            return Errno.EFAULT;
        return Operate(task, id, operations, count, time.IsValid ? Deadlines.After(task, time.ToNs()) : -1);
    }

    /// <summary>Controls a set. semctl(2).</summary>
    [Syscall(X64 = 66, I386 = 394)]
    internal static SysResult Semctl(KernelTask task, int id, int number, SemCommand command, nuint argument)
    {
        SemaphoreSets sets = IpcCalls.Of(task).Semaphores;
        var place = new UserAddress(argument);
        if (id < 0)
            return Errno.EINVAL;
        switch (command)
        {
            case SemCommand.IPC_INFO or SemCommand.SEM_INFO:
                return Info(task, sets, place, used: command == SemCommand.SEM_INFO);
            case SemCommand.IPC_STAT or SemCommand.SEM_STAT or SemCommand.SEM_STAT_ANY:
                SysResult found = FindStatus(task, id, command, out Semid64 status);
                return found.IsError ? found : IpcCalls.Put(task, place, status, found);
            case SemCommand.GETALL:
                return GetAll(task, sets, id, place);
            case SemCommand.GETVAL or SemCommand.GETPID or SemCommand.GETNCNT or SemCommand.GETZCNT:
                return sets.Inspect(task, id, set => Query(set, number, command));
            case SemCommand.SETVAL:
                int value = (int)argument;
                return value is < 0 or > SemaphoreSets.SEMVMX ? Errno.ERANGE : sets.SetValues(task, id, number, [(ushort)value], whole: false);
            case SemCommand.SETALL:
                return SetAll(task, sets, id, place);
            case SemCommand.IPC_SET:
                return task.TryRead(place, out Semid64 to) ? sets.SetPermissions(task, id, to.Permissions) : Errno.EFAULT;
            case SemCommand.IPC_RMID:
                return sets.Remove(task, id);
            default:
                return Errno.EINVAL;
        }
    }

    private static SysResult Operate(KernelTask task, int id, UserAddress operations, uint count, long deadline)
    {
        SemaphoreSets sets = IpcCalls.Of(task).Semaphores;
        if (count > (uint)sets.MaxOperations)
            return Errno.E2BIG;
        if (count == 0)
            return Errno.EINVAL;
        var list = new SemBuf[count];
        for (int i = 0; i < list.Length; i++)
        {
            if (!task.Memory.TryRead(operations + ((ulong)i * 6), out list[i]))
                return Errno.EFAULT;
        }
        if (id < 0 || deadline == -1)
            return Errno.EINVAL;
        return sets.Operate(task, id, list, () => UndoOf(task), deadline);
    }

    /// <summary>What a task takes back at its end; made when it is first needed.</summary>
    internal static SemaphoreUndo UndoOf(KernelTask task) =>
        LxTask.Of(task).SemaphoreUndo ??= new SemaphoreUndo(IpcCalls.Of(task).Semaphores);

    private static SysResult Query(SemaphoreSet set, int number, SemCommand command)
    {
        if (number < 0 || number >= set.Values.Length)
            return Errno.EINVAL;
        return command switch
        {
            SemCommand.GETVAL => set.Values[number],
            SemCommand.GETPID => set.LastPids[number],
            _ => set.CountWaiters(number, forZero: command == SemCommand.GETZCNT),
        };
    }

    private static SysResult GetAll(KernelTask task, SemaphoreSets sets, int id, UserAddress place)
    {
        byte[] values = [];
        SysResult result = sets.Inspect(task, id, set =>
        {
            values = new byte[set.Values.Length * 2];
            for (int i = 0; i < set.Values.Length; i++)
                BinaryPrimitives.WriteUInt16LittleEndian(values.AsSpan(i * 2), (ushort)set.Values[i]);
            return 0;
        });
        return result.IsError ? result : task.Memory.TryCopyOut(place, values) ? 0 : Errno.EFAULT;
    }

    private static SysResult SetAll(KernelTask task, SemaphoreSets sets, int id, UserAddress place)
    {
        int count = 0;
        lock (sets.Table.Gate)
        {
            if (sets.Table.Find(id) is not { } set)
                return Errno.EINVAL;
            if (!set.Allows(task.Credentials, 0x92))
                return Errno.EACCES;
            count = set.Values.Length;
        }
        var bytes = new byte[count * 2];
        if (!task.Memory.TryCopyIn(place, bytes))
            return Errno.EFAULT;
        var values = new ushort[count];
        for (int i = 0; i < count; i++)
            values[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i * 2));
        return sets.SetValues(task, id, 0, values, whole: true);
    }

    /// <summary>The status of a set, by its number or, for SEM_STAT, its index. semctl(2).</summary>
    internal static SysResult FindStatus(KernelTask task, int id, SemCommand command, out Semid64 status)
    {
        SemaphoreSets sets = IpcCalls.Of(task).Semaphores;
        if (command != SemCommand.IPC_STAT)
            return StatusAt(task, sets, id, command == SemCommand.SEM_STAT_ANY, out status);
        Semid64 found = default;
        SysResult result = sets.Inspect(task, id, set => Status(set, 0, out found));
        status = found;
        return result;
    }

    private static SysResult Status(SemaphoreSet set, SysResult result, out Semid64 status)
    {
        status = new Semid64
        {
            Permissions = set.Permissions, OperationTime = set.OperationTime, ChangeTime = set.ChangeTime, Count = (ulong)set.Values.Length,
        };
        return result;
    }

    private static SysResult StatusAt(KernelTask task, SemaphoreSets sets, int index, bool any, out Semid64 status)
    {
        status = default;
        lock (sets.Table.Gate)
        {
            if (sets.Table.At(index) is not { } set)
                return Errno.EINVAL;
            if (!any && !set.Allows(task.Credentials, 0x124))
                return Errno.EACCES;
            return Status(set, set.Id, out status);
        }
    }

    private static SysResult Info(KernelTask task, SemaphoreSets sets, UserAddress place, bool used)
    {
        IReadOnlyList<int> limits = sets.Limits;
        SemInfo info;
        SysResult highest;
        lock (sets.Table.Gate)
        {
            info = new SemInfo
            {
                Map = SEMMNU, MaxSets = limits[3], MaxSemaphores = limits[1], MaxUndos = SEMMNU, MaxPerSet = limits[0],
                MaxOperations = limits[2], MaxUndoEntries = SEMUME, MaxValue = SemaphoreSets.SEMVMX,
                UsedSets = used ? sets.Table.Count : SEMUSZ, UsedSemaphores = used ? sets.Used : SemaphoreSets.SEMVMX,
            };
            highest = sets.Table.HighestIndex;
        }
        return IpcCalls.Put(task, place, info, highest);
    }
}
