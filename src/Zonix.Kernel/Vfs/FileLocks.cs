using System.Runtime.CompilerServices;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>The locks on the files of a machine.</summary>
public sealed class FileLocks
{
    private readonly ConditionalWeakTable<IInode, InodeLocks> byInode = [];

    /// <summary>A process closes a descriptor of a file: all its POSIX locks on the file go. fcntl(2).</summary>
    public void ReleaseProcess(OpenFileDescription file, Process process)
    {
        if (byInode.TryGetValue(file.File.Inode, out InodeLocks? locks))
            locks.Clear(process, 0, long.MaxValue);
    }

    /// <summary>A description is gone: its OFD and flock(2) locks go.</summary>
    internal void ReleaseDescription(OpenFileDescription file)
    {
        if (!byInode.TryGetValue(file.File.Inode, out InodeLocks? locks))
            return;
        locks.Clear(file, 0, long.MaxValue);
        locks.ClearWhole(file);
    }

    /// <summary>The locks of a description's file; they are told when the description goes.</summary>
    public SysResult Set(KernelTask task, OpenFileDescription file, FileLock wanted, bool wait)
    {
        InodeLocks locks = Of(file, wanted.Owner);
        if (locks.TrySet(wanted))
            return 0;
        return wait ? task.Block(locks.Released, new SetOperation(locks, wanted)) : Errno.EAGAIN;
    }

    /// <summary>Gives a range back.</summary>
    public void Clear(OpenFileDescription file, object owner, long start, long end)
    {
        if (byInode.TryGetValue(file.File.Inode, out InodeLocks? locks))
            locks.Clear(owner, start, end);
    }

    /// <summary>The lock in the way of <paramref name="wanted"/>.</summary>
    public FileLock? FindConflict(OpenFileDescription file, FileLock wanted) =>
        byInode.TryGetValue(file.File.Inode, out InodeLocks? locks) ? locks.FindConflict(wanted) : null;

    /// <summary>flock(2).</summary>
    public SysResult SetWhole(KernelTask task, OpenFileDescription file, bool exclusive, bool wait)
    {
        InodeLocks locks = Of(file, file);
        if (locks.TrySetWhole(file, exclusive))
            return 0;
        return wait ? task.Block(locks.Released, new SetWholeOperation(locks, file, exclusive)) : Errno.EAGAIN;
    }

    /// <summary>flock(2), LOCK_UN.</summary>
    public void ClearWhole(OpenFileDescription file)
    {
        if (byInode.TryGetValue(file.File.Inode, out InodeLocks? locks))
            locks.ClearWhole(file);
    }

    private InodeLocks Of(OpenFileDescription file, object owner)
    {
        InodeLocks locks = byInode.GetOrCreateValue(file.File.Inode);
        if (ReferenceEquals(owner, file))
            file.WatchClosing(this);
        return locks;
    }

    private sealed class SetOperation(InodeLocks locks, FileLock wanted) : Waiting.IOperation
    {
        public bool Try(KernelTask task, out SysResult result)
        {
            result = 0;
            return locks.TrySet(wanted);
        }
    }

    private sealed class SetWholeOperation(InodeLocks locks, object owner, bool exclusive) : Waiting.IOperation
    {
        public bool Try(KernelTask task, out SysResult result)
        {
            result = 0;
            return locks.TrySetWhole(owner, exclusive);
        }
    }
}
