using Zonix.Host.Files;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Kernel.Ipc;

/// <summary>
/// A System V shared memory segment. shmget(2). Its references are its attachments: one for each area that shows it, as
/// Linux counts shm_nattch. The last one of a removed segment frees it.
/// </summary>
public sealed class SharedSegment : IpcObject, IAttachedMemory
{
    /// <summary>Shown in the mode: removed, and kept by its attachments.</summary>
    public const uint SHM_DEST = 0x200;

    /// <summary>Shown in the mode: SHM_LOCK.</summary>
    public const uint SHM_LOCKED = 0x400;

    private readonly HostFile pages;
    private int attached, freed;

    internal SharedSegment(int key, uint mode, Credentials creator, int creatorPid, ulong size, HostFile pages)
        : base(key, mode, creator)
    {
        Size = size;
        CreatorPid = creatorPid;
        this.pages = pages;
        Path = $"/SYSV{(uint)key:x8} (deleted)";
    }

    /// <summary>Size in bytes, as it was asked for.</summary>
    public ulong Size { get; }

    /// <summary>Pages.</summary>
    public ulong Pages => (Size + AddressSpace.PageSize - 1) / AddressSpace.PageSize;

    /// <summary>Pages that hold data.</summary>
    public ulong ResidentPages => pages.Stat(out HostStat stat) == 0 ? stat.Blocks / (AddressSpace.PageSize / 512) : 0;

    /// <summary>Who made it.</summary>
    public int CreatorPid { get; }

    /// <summary>Who attached or detached it last.</summary>
    public int LastPid { get; private set; }

    /// <summary>When it was attached last, seconds.</summary>
    public long AttachTime { get; private set; }

    /// <summary>When it was detached last, seconds.</summary>
    public long DetachTime { get; private set; }

    /// <summary>How many areas show it.</summary>
    public int Attached => Volatile.Read(ref attached);

    /// <inheritdoc/>
    public MemoryObjectName Name => new(Path, 1, (ulong)Id);

    private string Path { get; }

    /// <inheritdoc/>
    public void AddReference() => Interlocked.Increment(ref attached);

    /// <inheritdoc/>
    public void Release()
    {
        if (Worker.Current?.Running is { } task)
            Detached(task);
        if (Interlocked.Decrement(ref attached) == 0 && IsRemoved)
            Free();
    }

    /// <inheritdoc/>
    public int Map(MemoryWindow window, ulong address, ulong length, ulong offset, MemoryProtection protection, bool shared) =>
        window.MapFile(address, length, pages, offset, protection, shared);

    /// <inheritdoc/>
    public int Sync(ulong offset, ulong length) => 0;

    /// <inheritdoc/>
    public int PunchHole(ulong offset, ulong length) => pages.PunchHole((long)offset, (long)length);

    /// <inheritdoc/>
    public bool TryAttach()
    {
        int seen = Volatile.Read(ref attached);
        while (seen > 0 || !IsRemoved)
        {
            int found = Interlocked.CompareExchange(ref attached, seen + 1, seen);
            if (found == seen)
                return true;
            seen = found;
        }
        return false;
    }

    internal void WasAttached(KernelTask task)
    {
        AttachTime = IpcNamespace.Now(task);
        LastPid = task.Process.Pid.Value;
    }

    internal void Restore(long detachTime, int lastPid) => (DetachTime, LastPid) = (detachTime, lastPid);

    /// <summary>Frees the pages; once.</summary>
    internal void Free()
    {
        if (Interlocked.Exchange(ref freed, 1) == 0)
            pages.Dispose();
    }

    internal void SetLocked(bool locked) => Mode = locked ? Mode | SHM_LOCKED : Mode & ~SHM_LOCKED;

    private void Detached(KernelTask task)
    {
        DetachTime = IpcNamespace.Now(task);
        LastPid = task.Process.Pid.Value;
    }
}
