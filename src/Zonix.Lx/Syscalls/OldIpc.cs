using Zonix.Kernel.Ipc;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>
/// Commands of System V IPC whose structures are those of before Linux 2.4: users, modes and counts of 16 bits. ipc(2) without IPC_64.
/// Commands that come without one of them are today's.
/// </summary>
internal static class OldIpc
{
    /// <summary>Controls a set of semaphores. semctl(2).</summary>
    internal static SysResult Semctl(KernelTask task, int id, int number, SemCommand command, nuint argument)
    {
        var place = new UserAddress(argument);
        switch (command)
        {
            case SemCommand.IPC_STAT or SemCommand.SEM_STAT or SemCommand.SEM_STAT_ANY when id >= 0:
                SysResult found = SemaphoreCalls.FindStatus(task, id, command, out Semid64 status);
                return found.IsError ? found : IpcCalls.Put(task, place, OldSemid.From(status), found);
            case SemCommand.IPC_SET when id >= 0:
                return task.TryRead(place, out OldSemid to) ? IpcCalls.Of(task).Semaphores.SetPermissions(task, id, to.Permissions.ToFull()) : Errno.EFAULT;
            default:
                return SemaphoreCalls.Semctl(task, id, number, command, argument);
        }
    }

    /// <summary>Controls a message queue. msgctl(2).</summary>
    internal static SysResult Msgctl(KernelTask task, int id, MsgCommand command, UserAddress place)
    {
        switch (command)
        {
            case MsgCommand.IPC_STAT or MsgCommand.MSG_STAT or MsgCommand.MSG_STAT_ANY when id >= 0:
                SysResult found = MessageQueueCalls.FindStatus(task, id, command, out Msqid64 status);
                return found.IsError ? found : IpcCalls.Put(task, place, OldMsqid.From(status), found);
            case MsgCommand.IPC_SET when id >= 0:
                return task.TryRead(place, out OldMsqid to) ? IpcCalls.Of(task).Messages.Change(task, id, to.ToFull()) : Errno.EFAULT;
            default:
                return MessageQueueCalls.Msgctl(task, id, command, place);
        }
    }

    /// <summary>Controls a segment. shmctl(2).</summary>
    internal static SysResult Shmctl(KernelTask task, int id, ShmCommand command, UserAddress place)
    {
        switch (command)
        {
            case ShmCommand.IPC_STAT or ShmCommand.SHM_STAT or ShmCommand.SHM_STAT_ANY when id >= 0:
                SysResult found = SharedMemoryCalls.FindStatus(task, id, command, out Shmid64 status);
                return found.IsError ? found : IpcCalls.Put(task, place, OldShmid.From(status), found);
            case ShmCommand.IPC_SET when id >= 0:
                return task.TryRead(place, out OldShmid to) ? IpcCalls.Of(task).Segments.SetPermissions(task, id, to.Permissions.ToFull()) : Errno.EFAULT;
            case ShmCommand.IPC_INFO when id >= 0:
                SysResult highest = SharedMemoryCalls.FindLimits(task, out ShmInfo64 limits);
                return IpcCalls.Put(task, place, OldShmInfo.From(limits), highest);
            default:
                return SharedMemoryCalls.Shmctl(task, id, command, place);
        }
    }
}
