using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Vfs;

/// <summary>A wait for a lock. F_SETLKW, flock(2).</summary>
internal sealed class LockOperation(FileLocks all, IInode inode, InodeLocks locks, FileLock wanted) : IInterruptibleOperation
{
    private bool waits;

    public IInode Inode => inode;

    public InodeLocks Locks => locks;

    public FileLock Wanted => wanted;

    public bool Try(KernelTask task, out SysResult result)
    {
        result = 0;
        if (!locks.TrySet(wanted))
        {
            if (!waits)
            {
                waits = true;
                all.BeginWait(this);
            }
            if (wanted.Kind != FileLockKind.Posix || !all.IsDeadlock(this))
                return false;
            result = Errno.EDEADLK;
        }
        End();
        return true;
    }

    public SysResult Interrupted(KernelTask task, SysResult result)
    {
        End();
        return result;
    }

    private void End()
    {
        if (waits)
            all.EndWait(this);
    }
}
