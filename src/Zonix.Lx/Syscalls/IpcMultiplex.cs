using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The one call through which i386 programs used to make all those of System V IPC. ipc(2).</summary>
internal static class IpcMultiplex
{
    private const int IPC_64 = 0x100;

    private enum Call
    {
        SEMOP = 1,
        SEMGET = 2,
        SEMCTL = 3,
        SEMTIMEDOP = 4,
        MSGSND = 11,
        MSGRCV = 12,
        MSGGET = 13,
        MSGCTL = 14,
        SHMAT = 21,
        SHMDT = 22,
        SHMGET = 23,
        SHMCTL = 24,
    }

    /// <summary>Makes a call of System V IPC; the upper half of its number is a version. ipc(2).</summary>
    [Syscall(I386 = 117)]
    internal static SysResult Ipc(KernelTask task, uint call, int first, uint second, uint third, UserAddress pointer, nint fifth)
    {
        switch ((Call)(call & 0xFFFF))
        {
            case Call.SEMOP:
                return SemaphoreCalls.Semop(task, first, pointer, second);
            case Call.SEMTIMEDOP:
                return SemaphoreCalls.Semtimedop(task, first, pointer, second, new((uint)fifth));
            case Call.SEMGET:
                return SemaphoreCalls.Semget(task, first, (int)second, (int)third);
            case Call.SEMCTL:
                // The argument is a union that lies in memory.
                if (pointer.IsNull)
                    return Errno.EINVAL;
                return task.TryRead(pointer, out GuestWord argument) ? SemControl(task, first, (int)second, third, argument) : Errno.EFAULT;
            case Call.MSGSND:
                return MessageQueueCalls.Msgsnd(task, first, pointer, second, (MsgFlags)third);
            case Call.MSGRCV:
                return Receive(task, call >> 16, first, second, third, pointer, fifth);
            case Call.MSGGET:
                return MessageQueueCalls.Msgget(task, first, (int)second);
            case Call.MSGCTL:
                return IsWide(second, out int messages)
                    ? MessageQueueCalls.Msgctl(task, first, (MsgCommand)messages, pointer)
                    : OldIpc.Msgctl(task, first, (MsgCommand)messages, pointer);
            case Call.SHMAT:
                return Attach(task, call >> 16, first, second, third, pointer);
            case Call.SHMDT:
                return SharedMemoryCalls.Shmdt(task, pointer);
            case Call.SHMGET:
                return SharedMemoryCalls.Shmget(task, first, second, (int)third);
            case Call.SHMCTL:
                return IsWide(second, out int segments)
                    ? SharedMemoryCalls.Shmctl(task, first, (ShmCommand)segments, pointer)
                    : OldIpc.Shmctl(task, first, (ShmCommand)segments, pointer);
            default:
                return Errno.ENOSYS;
        }
    }

    private static SysResult SemControl(KernelTask task, int id, int number, uint command, GuestWord argument) =>
        IsWide(command, out int known)
            ? SemaphoreCalls.Semctl(task, id, number, (SemCommand)known, (nuint)argument.Value)
            : OldIpc.Semctl(task, id, number, (SemCommand)known, (nuint)argument.Value);

    /// <summary>Whether a structure that comes with a command is one of today's.</summary>
    private static bool IsWide(uint command, out int known)
    {
        known = (int)(command & ~(uint)IPC_64);
        return (command & IPC_64) != 0;
    }

    // The first version kept a call within five arguments.
    private static SysResult Receive(KernelTask task, uint version, int id, uint size, uint flags, UserAddress pointer, nint type)
    {
        if (id < 0 || (int)size < 0)
            return Errno.EINVAL;
        if (version != 0)
            return MessageQueueCalls.Msgrcv(task, id, pointer, size, type, (MsgFlags)flags);
        if (pointer.IsNull)
            return Errno.EINVAL;
        Span<uint> message = stackalloc uint[2];
        return OldArguments.TryRead(task, pointer, message)
            ? MessageQueueCalls.Msgrcv(task, id, new(message[0]), size, (int)message[1], (MsgFlags)flags)
            : Errno.EFAULT;
    }

    private static SysResult Attach(KernelTask task, uint version, int id, uint flags, uint place, UserAddress address)
    {
        if (version == 1)
            return Errno.EINVAL;
        SysResult attached = SharedMemoryCalls.Shmat(task, id, address, (ShmFlags)flags);
        if (attached.IsError)
            return attached;
        return task.Memory.TryWrite(new UserAddress(place), (uint)attached.Value) ? 0 : Errno.EFAULT;
    }
}
