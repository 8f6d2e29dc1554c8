using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Ipc;

/// <summary>The POSIX message queues of a namespace, by name. mq_overview(7).</summary>
public sealed class PosixQueues
{
    private const int CAP_SYS_RESOURCE = 24, CAP_FOWNER = 3;
    private const int HARD_MSGMAX = 65536, HARD_MSGSIZEMAX = 16 * 1024 * 1024;
    private readonly Lock gate = new();
    private readonly Dictionary<string, PosixQueue> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, ulong> charged = [];
    private PosixQueueFileSystem? fileSystem;

    /// <summary>Most queues. /proc/sys/fs/mqueue/queues_max.</summary>
    public int MaxQueues { get; set; } = 256;

    /// <summary>Most messages of a queue. /proc/sys/fs/mqueue/msg_max.</summary>
    public int MaxMessages { get; set; } = 10;

    /// <summary>The longest message. /proc/sys/fs/mqueue/msgsize_max.</summary>
    public int MaxMessageSize { get; set; } = 8192;

    /// <summary>Messages of a queue made without attributes. /proc/sys/fs/mqueue/msg_default.</summary>
    public int DefaultMessages { get; set; } = 10;

    /// <summary>Message size of a queue made without attributes. /proc/sys/fs/mqueue/msgsize_default.</summary>
    public int DefaultMessageSize { get; set; } = 8192;

    /// <summary>mq_open(2): opens, and makes if <paramref name="flags"/> say so.</summary>
    /// <returns>0; ENOENT, EEXIST, EACCES, EINVAL, ENOSPC, EMFILE.</returns>
    public Errno Open(KernelTask task, string name, OpenFlags flags, uint mode, MqAttr? attributes, out PosixQueueFile? file, out bool created)
    {
        file = null;
        created = false;
        AccessMode wanted = (flags & OpenFlags.O_ACCMODE) switch
        {
            OpenFlags.O_RDONLY => AccessMode.R_OK,
            OpenFlags.O_WRONLY => AccessMode.W_OK,
            _ => AccessMode.R_OK | AccessMode.W_OK,
        };
        lock (gate)
        {
            if (byName.TryGetValue(name, out PosixQueue? queue))
            {
                const OpenFlags Exclusive = OpenFlags.O_CREAT | OpenFlags.O_EXCL;
                if ((flags & Exclusive) == Exclusive)
                    return Errno.EEXIST;
                if ((flags & OpenFlags.O_ACCMODE) == OpenFlags.O_ACCMODE)
                    return Errno.EINVAL;
                Errno e = Permissions.Check(queue.Inode.Access, task.Credentials, wanted);
                if (e != 0)
                    return e;
            }
            else
            {
                if ((flags & OpenFlags.O_CREAT) == 0)
                    return Errno.ENOENT;
                Errno e = CreateLocked(task, name, mode & ~task.FileSystem.Umask, attributes, out queue);
                if (e != 0)
                    return e;
                created = true;
                if ((flags & OpenFlags.O_ACCMODE) == OpenFlags.O_ACCMODE)
                    return Errno.EINVAL;
            }
            queue!.References++;
            file = new PosixQueueFile(this, queue);
            return 0;
        }
    }

    /// <summary>mq_unlink(2): ENOENT, EACCES.</summary>
    public Errno Unlink(KernelTask task, string name)
    {
        PosixQueue? queue;
        lock (gate)
        {
            if (!byName.TryGetValue(name, out queue))
                return Errno.ENOENT;
            // The directory is sticky: only the owner, or somebody privileged, may take a name away.
            if (queue.Inode.Access.Uid != task.Credentials.FsUid && !task.Credentials.Has(CAP_FOWNER))
                return Errno.EPERM;
        }
        return Remove(name, queue) ? 0 : Errno.ENOENT;
    }

    /// <summary>The queues as a file system. mount(2), type mqueue.</summary>
    public PosixQueueFileSystem FileSystem(VirtualFileSystem vfs)
    {
        lock (gate)
            return fileSystem ??= new PosixQueueFileSystem(vfs, this);
    }

    /// <summary>The queue of a name; null: there is none.</summary>
    internal PosixQueue? Find(string name)
    {
        lock (gate)
            return byName.GetValueOrDefault(name);
    }

    /// <summary>Takes a queue's name away, if it is still that queue's.</summary>
    internal bool Remove(string name, PosixQueue queue)
    {
        lock (gate)
        {
            if (!ReferenceEquals(byName.GetValueOrDefault(name), queue))
                return false;
            byName.Remove(name);
            queue.HasName = false;
        }
        Release(queue);
        return true;
    }

    /// <summary>Opens a queue that somebody has found.</summary>
    internal PosixQueueFile Open(PosixQueue queue)
    {
        lock (gate)
            queue.References++;
        return new PosixQueueFile(this, queue);
    }

    /// <summary>Makes a queue with the attributes that are usual; the mode is masked already. EEXIST, ENOSPC, EMFILE.</summary>
    internal Errno Create(KernelTask task, string name, uint mode, out PosixQueue? queue)
    {
        queue = null;
        lock (gate)
            return byName.ContainsKey(name) ? Errno.EEXIST : CreateLocked(task, name, mode, null, out queue);
    }

    /// <summary>The names, for a listing of the queue file system.</summary>
    public string[] Names()
    {
        lock (gate)
            return [.. byName.Keys];
    }

    internal void Release(PosixQueue queue)
    {
        lock (gate)
        {
            if (--queue.References != 0)
                return;
            charged[queue.Owner] -= queue.Charge;
        }
    }

    private Errno CreateLocked(KernelTask task, string name, uint mode, MqAttr? attributes, out PosixQueue? queue)
    {
        queue = null;
        Credentials who = task.Credentials;
        bool privileged = who.Has(CAP_SYS_RESOURCE);
        if (byName.Count >= MaxQueues && !privileged)
            return Errno.ENOSPC;
        long messages = Math.Min(MaxMessages, DefaultMessages), size = Math.Min(MaxMessageSize, DefaultMessageSize);
        if (attributes is { } wanted)
        {
            (messages, size) = (wanted.MaxMessages, wanted.MessageSize);
            if (messages <= 0 || size <= 0)
                return Errno.EINVAL;
            if (messages > (privileged ? HARD_MSGMAX : MaxMessages) || size > (privileged ? HARD_MSGSIZEMAX : MaxMessageSize))
                return Errno.EINVAL;
        }
        ulong charge = PosixQueue.ChargeFor(messages, size), before = charged.GetValueOrDefault(who.Uid);
        ulong limit = task.Process.Rlimits[RlimitResource.RLIMIT_MSGQUEUE].Soft;
        if (charge > limit || before > limit - charge)
            return Errno.EMFILE;
        charged[who.Uid] = before + charge;
        fileSystem ??= new PosixQueueFileSystem(task.FileSystem.Vfs, this);
        queue = fileSystem.CreateQueue(mode & 0xFFF, who.FsUid, who.FsGid, (int)messages, (int)size, who.Uid);
        byName.Add(name, queue);
        return 0;
    }
}
