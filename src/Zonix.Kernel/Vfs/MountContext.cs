using System.Text;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// What fsopen(2) and fspick(2) open: a file system in the making, or one whose options are to be changed. Reading it tells
/// why something failed, a message a read.
/// </summary>
public sealed class MountContext(IInode inode, string typeName, IFileSystemOptions options) : IReadable, IUnmovable
{
    private const int MostMessages = 8;
    private readonly Lock gate = new();
    private readonly Queue<string> messages = [];
    private MountFlags flags, named;
    private string? source;
    private bool failed;

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <summary>What is to be changed (fspick(2)), or what was made; null before.</summary>
    public Superblock? Superblock { get; private set; }

    /// <summary>Whether it was made and waits for fsmount(2).</summary>
    public bool AwaitsMount { get; private set; }

    /// <summary>Whether options can be set now.</summary>
    private bool TakesOptions => !AwaitsMount && !failed;

    /// <summary>For a mounted file system. fspick(2).</summary>
    public static MountContext Pick(IInode inode, Superblock superblock, IFileSystemOptions options) =>
        new(inode, superblock.FileSystem.TypeName, options) { Superblock = superblock };

    /// <summary>Sets an option: EBUSY when it is too late, EINVAL.</summary>
    public Errno Set(KernelTask task, string key, string? value)
    {
        lock (gate)
        {
            if (!TakesOptions)
                return Errno.EBUSY;
            MountFlags before = flags, all = ~flags;
            // As Linux has it, a value that is given to one of these changes nothing.
            if (SuperblockOption.TryApply(key, ref flags))
            {
                SuperblockOption.TryApply(key, ref all);
                named |= (flags ^ before) | (all ^ ~before);
                return 0;
            }
            if (key == "source" && value is not null)
            {
                if (source is not null)
                    return Fail("Multiple sources", Errno.EINVAL);
                source = value;
                return 0;
            }
            Errno e = options.Set(task, key, value);
            if (e == Errno.ENOENT)
                return Fail($"{typeName}: Unknown parameter '{key}'", Errno.EINVAL);
            return e == 0 ? 0 : Fail(options.Complaint, e);
        }
    }

    /// <summary>Makes the file system. FSCONFIG_CMD_CREATE; <paramref name="exclusive"/>: EBUSY when there is one already.</summary>
    public Errno Create(KernelTask task, bool exclusive)
    {
        lock (gate)
        {
            if (Superblock is not null || !TakesOptions)
                return Errno.EBUSY;
            Errno e = options.Create(task, out IFileSystem? made);
            if (e != 0)
            {
                failed = true;
                return Fail(options.Complaint, e);
            }
            Superblock = task.FileSystem.Vfs.Mounts.SuperblockOf(made!);
            bool isNew = Superblock.Mounts().Length == 0;
            if (exclusive && !isNew)
            {
                (Superblock, failed) = (null, true);
                return Errno.EBUSY;
            }
            if (isNew)
                Superblock.Flags = flags & MountFlags.PerFileSystem;
            AwaitsMount = true;
            return 0;
        }
    }

    /// <summary>Changes the mounted file system. FSCONFIG_CMD_RECONFIGURE.</summary>
    public Errno Reconfigure(KernelTask task)
    {
        lock (gate)
        {
            if (Superblock is not { } superblock || !TakesOptions)
                return Errno.EBUSY;
            Errno e = MountOperations.Reconfigure(task, superblock, flags, named, options);
            return e == 0 ? 0 : Fail(options.Complaint, e);
        }
    }

    /// <summary>Mounts what was made, attached nowhere. EINVAL, EBUSY.</summary>
    public Errno Mount(KernelTask task, MountFlags mountFlags, out Mount? mount)
    {
        lock (gate)
        {
            mount = null;
            if (Superblock is not { } superblock)
                return Errno.EINVAL;
            if (!AwaitsMount)
                return Errno.EBUSY;
            MountTable table = task.FileSystem.Vfs.Mounts;
            mount = table.Create(superblock, superblock.FileSystem.Root, mountFlags, source ?? "none");
            table.Isolate(mount, task.FileSystem.Mounts.Types);
            AwaitsMount = false;
            (flags, named) = (0, 0);
            return 0;
        }
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        lock (gate)
        {
            if (!messages.TryPeek(out string? message))
                return Errno.ENODATA;
            byte[] bytes = Encoding.UTF8.GetBytes(message);
            if (buffer.Remaining < (ulong)bytes.Length)
                return Errno.EMSGSIZE;
            messages.Dequeue();
            return buffer.CopyOut(bytes) == bytes.Length ? bytes.Length : Errno.EFAULT;
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        // What was made and never mounted is freed.
        if (AwaitsMount && Superblock is { } superblock && superblock.Mounts().Length == 0)
        {
            superblock.Hold();
            superblock.Drop();
        }
    }

    private Errno Fail(string? message, Errno error)
    {
        if (message is null)
            return error;
        if (messages.Count == MostMessages)
            messages.Dequeue();
        messages.Enqueue($"e {message}\n");
        return error;
    }
}
