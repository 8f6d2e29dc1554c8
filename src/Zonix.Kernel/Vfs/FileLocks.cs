using System.Runtime.CompilerServices;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;

namespace Zonix.Kernel.Vfs;

/// <summary>The locks on the files of a machine.</summary>
/// <remarks>Locks: <c>waits</c>, then an inode's list; the wait queues are woken with none held.</remarks>
public sealed class FileLocks(Clock clock)
{
    private readonly ConditionalWeakTable<IInode, InodeLocks> byInode = [];
    private readonly List<LockOperation> waits = [];

    /// <summary>The leases on its files.</summary>
    public FileLeases Leases { get; } = new(clock);

    /// <summary>Sets a lock. EAGAIN, or waits; EDEADLK when whoever is in the way waits for the caller.</summary>
    public SysResult Set(KernelTask task, OpenFileDescription file, FileLock wanted, bool wait)
    {
        IInode inode = file.File.Inode;
        InodeLocks locks = byInode.GetOrCreateValue(inode);
        if (wanted.Kind == FileLockKind.Posix)
            task.Files.OwnsLocks(this);
        else
            file.WatchClosing(this);
        if (locks.TrySet(wanted))
            return 0;
        return wait ? task.Block(locks.Released, new LockOperation(this, inode, locks, wanted)) : Errno.EAGAIN;
    }

    /// <summary>Gives a range of record locks back.</summary>
    public void Clear(OpenFileDescription file, object owner, long start, long end)
    {
        if (byInode.TryGetValue(file.File.Inode, out InodeLocks? locks))
            locks.Clear(owner, start, end);
    }

    /// <summary>flock(2), LOCK_UN.</summary>
    public void ClearWhole(OpenFileDescription file)
    {
        if (byInode.TryGetValue(file.File.Inode, out InodeLocks? locks))
            locks.ClearWhole(file);
    }

    /// <summary>The lock in the way of <paramref name="wanted"/>.</summary>
    public FileLock? FindConflict(OpenFileDescription file, FileLock wanted) =>
        byInode.TryGetValue(file.File.Inode, out InodeLocks? locks) ? locks.FindConflict(wanted) : null;

    /// <summary>All locks: each held one, and behind it those that wait for it.</summary>
    public List<FileLockLine> List()
    {
        var lines = new List<FileLockLine>();
        var held = new List<FileLock>();
        lock (waits)
        {
            foreach ((IInode inode, InodeLocks locks) in byInode)
            {
                held.Clear();
                locks.List(held);
                foreach (FileLock one in held)
                {
                    lines.Add(new(inode, one, IsWaiting: false, IsBreaking: false));
                    foreach (LockOperation waiting in waits)
                    {
                        if (ReferenceEquals(waiting.Locks, locks) && ReferenceEquals(locks.FindConflict(waiting.Wanted), one))
                            lines.Add(new(inode, waiting.Wanted, IsWaiting: true, IsBreaking: false));
                    }
                }
            }
        }
        Leases.List(lines);
        return lines;
    }

    /// <summary>A descriptor table closes a descriptor of a file: all its POSIX locks on the file go. fcntl(2).</summary>
    internal void ReleaseOwner(OpenFileDescription file, FileTable owner)
    {
        if (byInode.TryGetValue(file.File.Inode, out InodeLocks? locks))
            locks.Clear(owner, 0, long.MaxValue);
    }

    /// <summary>A description is gone: its OFD and flock(2) locks and its lease go.</summary>
    internal void ReleaseDescription(OpenFileDescription file)
    {
        Leases.Release(file);
        if (!byInode.TryGetValue(file.File.Inode, out InodeLocks? locks))
            return;
        locks.Clear(file, 0, long.MaxValue);
        locks.ClearWhole(file);
    }

    internal void BeginWait(LockOperation operation)
    {
        lock (waits)
            waits.Add(operation);
    }

    internal void EndWait(LockOperation operation)
    {
        lock (waits)
            waits.Remove(operation);
    }

    /// <summary>Whether the chain of those who wait for each other leads back to <paramref name="operation"/>'s owner.</summary>
    internal bool IsDeadlock(LockOperation operation)
    {
        lock (waits)
        {
            LockOperation? at = operation;
            // Who is in the way now, not who was when the wait began: a chain of old news would lead astray.
            for (int steps = 0; at is not null && steps <= waits.Count; steps++)
            {
                if (at.Locks.FindConflict(at.Wanted) is not { Kind: FileLockKind.Posix } blocker)
                    return false;
                if (ReferenceEquals(blocker.Owner, operation.Wanted.Owner))
                    return true;
                at = FindWait(blocker.Owner);
            }
            return false;
        }
    }

    private LockOperation? FindWait(object owner)
    {
        foreach (LockOperation waiting in waits)
        {
            if (ReferenceEquals(waiting.Wanted.Owner, owner))
                return waiting;
        }
        return null;
    }
}
