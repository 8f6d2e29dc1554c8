using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Time;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// The leases on the files of a machine: their holders are told before somebody else opens or truncates the file, who waits
/// until they have given way or their time is over. fcntl(2), "Leases".
/// </summary>
public sealed class FileLeases(Clock clock)
{
    private readonly Lock gate = new();
    private readonly List<FileLease> leases = [];
    private int count;

    /// <summary>Whether there is any: the only question of an open that nobody has a lease against.</summary>
    public bool AreThere => Volatile.Read(ref count) != 0;

    /// <summary>Seconds that a holder has to give way; 0: as long as it likes. /proc/sys/fs/lease-break-time.</summary>
    public int BreakTime { get; set; } = 45;

    /// <summary>/proc/sys/fs/leases-enable.</summary>
    public bool AreEnabled { get; set; } = true;

    /// <summary>Woken when a lease goes or becomes weaker.</summary>
    public WaitQueue Changed { get; } = new();

    /// <summary>Takes, changes or gives back a lease. EAGAIN: the file is open otherwise, or there is none to give back.</summary>
    public Errno Set(KernelTask task, OpenFileDescription file, Fd fd, short type)
    {
        if (file.File.Inode is not ICountedInode inode)
            return Errno.EINVAL;
        lock (gate)
        {
            Expire();
            FileLease? own = Find(file);
            if (type == Flock.F_UNLCK)
                return own is null ? Errno.EAGAIN : Remove(own);
            if (!AreEnabled)
                return Errno.EINVAL;
            // Whoever waits has the file open already, and is in the way of what it waits for.
            bool asTold = own is null || own.Target == own.Type || (own.Target == type && type == Flock.F_RDLCK);
            if (!asTold || IsOpenOtherwise(file, inode, type))
                return Errno.EAGAIN;
            foreach (FileLease other in leases)
            {
                // No exclusive lease beside others, and none at all where somebody waits.
                if (ReferenceEquals(other.Inode, inode) && other != own && (type == Flock.F_WRLCK || other.Target == Flock.F_UNLCK))
                    return Errno.EAGAIN;
            }
            if (own is null)
            {
                own = new FileLease(inode, file, task.Process.Pid.Value, fd.Value);
                leases.Add(own);
                Volatile.Write(ref count, leases.Count);
            }
            own.Type = own.Target = type;
            own.BreakAtNs = long.MaxValue;
        }
        file.WatchClosing(task.FileSystem.Vfs.Locks);
        Changed.WakeAll();
        return 0;
    }

    /// <summary>F_GETLEASE: what the description's lease is, or is about to become.</summary>
    public short Get(OpenFileDescription file)
    {
        lock (gate)
        {
            Expire();
            return Find(file)?.Target ?? Flock.F_UNLCK;
        }
    }

    /// <summary>
    /// Somebody opens (or truncates) a file: tells the holders of leases that are in the way. True: they have to give way
    /// first. Call with no lock held.
    /// </summary>
    public bool Break(IInode inode, bool writes)
    {
        bool waits = false;
        List<FileLease>? told = null;
        lock (gate)
        {
            Expire();
            foreach (FileLease lease in leases)
            {
                if (!ReferenceEquals(lease.Inode, inode) || (!writes && lease.Type == Flock.F_RDLCK))
                    continue;
                waits = true;
                short target = writes ? Flock.F_UNLCK : Flock.F_RDLCK;
                if (lease.Target == target || lease.Target == Flock.F_UNLCK)
                    continue;
                lease.Target = target;
                lease.BreakAtNs = BreakTime > 0 ? clock.MonotonicNs + (BreakTime * 1_000_000_000L) : long.MaxValue;
                (told ??= []).Add(lease);
            }
        }
        foreach (FileLease lease in told ?? [])
            lease.File.Signals?.Tell(new Fd(lease.Fd));
        return waits;
    }

    /// <summary>When whoever waits now has waited long enough.</summary>
    public long Deadline => BreakTime > 0 ? clock.MonotonicNs + (BreakTime * 1_000_000_000L) : long.MaxValue;

    /// <summary>A description is gone.</summary>
    internal void Release(OpenFileDescription file)
    {
        if (!AreThere)
            return;
        lock (gate)
        {
            if (Find(file) is { } lease)
                Remove(lease);
        }
    }

    internal void List(List<FileLockLine> lines)
    {
        lock (gate)
        {
            foreach (FileLease lease in leases)
            {
                var shown = new FileLock(FileLockKind.Lease, lease.File, lease.Pid, 0, long.MaxValue, lease.Type == Flock.F_WRLCK);
                lines.Add(new(lease.Inode, shown, IsWaiting: false, IsBreaking: lease.Target != lease.Type));
            }
        }
    }

    // A lease to read is refused while somebody may write; one to write while anybody else has it open.
    private static bool IsOpenOtherwise(OpenFileDescription file, ICountedInode inode, short type)
    {
        ref OpenCounts opens = ref inode.Opens;
        if (type == Flock.F_RDLCK)
            return opens.Writers > 0;
        int ownWriters = file.Writable ? 1 : 0;
        return opens.Writers != ownWriters || opens.Readers != 1 - ownWriters;
    }

    private FileLease? Find(OpenFileDescription file)
    {
        foreach (FileLease lease in leases)
        {
            if (ReferenceEquals(lease.File, file))
                return lease;
        }
        return null;
    }

    private Errno Remove(FileLease lease)
    {
        leases.Remove(lease);
        Volatile.Write(ref count, leases.Count);
        Changed.WakeAll();
        return 0;
    }

    private void Expire()
    {
        for (int i = leases.Count - 1; i >= 0; i--)
        {
            FileLease lease = leases[i];
            if (lease.BreakAtNs > clock.MonotonicNs)
                continue;
            if (lease.Target == Flock.F_UNLCK)
            {
                Remove(lease);
                continue;
            }
            lease.Type = lease.Target;
            lease.BreakAtNs = long.MaxValue;
            Changed.WakeAll();
        }
    }
}
