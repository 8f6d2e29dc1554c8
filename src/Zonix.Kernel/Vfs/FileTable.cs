using Zonix.Kernel.Watching;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// The descriptors of a process (or of several: CLONE_FILES). Looking one up takes no lock. Descriptions are released
/// outside the gate.
/// </summary>
public sealed class FileTable
{
    private readonly Lock gate = new();
    private OpenFileDescription?[] files = new OpenFileDescription?[16];
    private ulong[] closeOnExec = new ulong[1];
    private int firstFree, users = 1;
    private FileLocks? recordLocks;
    private DirectoryNotices? notices;

    /// <summary>The description behind a descriptor; null: EBADF.</summary>
    public OpenFileDescription? this[Fd fd]
    {
        get
        {
            OpenFileDescription?[] table = Volatile.Read(ref files);
            return (uint)fd.Value < (uint)table.Length ? Volatile.Read(ref table[fd.Value]) : null;
        }
    }

    /// <summary>One past the highest descriptor ever open.</summary>
    public int Capacity => Volatile.Read(ref files).Length;

    /// <summary>One past the highest descriptor that is open.</summary>
    public int End
    {
        get
        {
            lock (gate)
            {
                int end = files.Length;
                while (end > 0 && files[end - 1] is null)
                    end--;
                return end;
            }
        }
    }

    /// <summary>Puts a description at the lowest free number from <paramref name="minimum"/> on; takes over the caller's reference. EMFILE.</summary>
    public SysResult Allocate(OpenFileDescription description, bool cloexec, int minimum, ulong limit)
    {
        lock (gate)
        {
            int fd = Math.Max(minimum, firstFree);
            while (fd < files.Length && files[fd] is not null)
                fd++;
            if ((ulong)fd >= limit)
                return Errno.EMFILE;
            Place(fd, description, cloexec);
            if (minimum <= firstFree)
                firstFree = fd + 1;
            return fd;
        }
    }

    /// <summary>Puts a description at a number, closing what was there. dup2(2). Takes over the caller's reference.</summary>
    public SysResult Set(Fd fd, OpenFileDescription description, bool cloexec)
    {
        OpenFileDescription? old;
        lock (gate)
        {
            old = fd.Value < files.Length ? files[fd.Value] : null;
            Place(fd.Value, description, cloexec);
        }
        if (old is not null)
            Drop(old);
        return fd;
    }

    /// <summary>The description behind a descriptor, with a reference for the caller; null: EBADF. For somebody else's table.</summary>
    public OpenFileDescription? Acquire(Fd fd)
    {
        lock (gate)
            return (uint)fd.Value < (uint)files.Length ? files[fd.Value]?.AddReference() : null;
    }

    /// <summary>Takes a descriptor out without releasing its description; null: EBADF. The table's record locks on the file go.</summary>
    public OpenFileDescription? Remove(Fd fd)
    {
        OpenFileDescription? old;
        lock (gate)
            old = RemoveLocked(fd.Value);
        if (old is not null)
            EndOwnership(old);
        return old;
    }

    /// <summary>The table owns record locks from now on: closing any descriptor of such a file gives them back. fcntl(2).</summary>
    internal void OwnsLocks(FileLocks locks) => Volatile.Write(ref recordLocks, locks);

    /// <summary>The table owns notices of directories from now on, which go the same way. fcntl(2), F_NOTIFY.</summary>
    internal void OwnsNotices(DirectoryNotices all) => Volatile.Write(ref notices, all);

    /// <summary>close(2).</summary>
    public Errno Close(Fd fd)
    {
        OpenFileDescription? old = Remove(fd);
        if (old is null)
            return Errno.EBADF;
        old.Release();
        return 0;
    }

    /// <summary>FD_CLOEXEC of an open descriptor.</summary>
    public bool IsCloseOnExec(Fd fd)
    {
        lock (gate)
            return fd.Value < files.Length && (closeOnExec[fd.Value >> 6] >> (fd.Value & 63) & 1) != 0;
    }

    /// <summary>Sets FD_CLOEXEC; EBADF.</summary>
    public Errno SetCloseOnExec(Fd fd, bool on)
    {
        lock (gate)
        {
            if ((uint)fd.Value >= (uint)files.Length || files[fd.Value] is null)
                return Errno.EBADF;
            Mark(fd.Value, on);
            return 0;
        }
    }

    /// <summary>Closes all descriptors with FD_CLOEXEC. execve(2).</summary>
    public void CloseOnExec()
    {
        for (int fd = 0; fd < Capacity; fd++)
        {
            OpenFileDescription? old = null;
            lock (gate)
            {
                if ((closeOnExec[fd >> 6] >> (fd & 63) & 1) != 0)
                    old = RemoveLocked(fd);
            }
            if (old is not null)
                Drop(old);
        }
    }

    /// <summary>One more task uses this table.</summary>
    public FileTable Share()
    {
        Interlocked.Increment(ref users);
        return this;
    }

    /// <summary>Whether other tasks use it too.</summary>
    public bool IsShared => Volatile.Read(ref users) > 1;

    /// <summary>A table with the same descriptions. fork(2).</summary>
    public FileTable Clone()
    {
        lock (gate)
        {
            var copy = new FileTable { files = (OpenFileDescription?[])files.Clone(), closeOnExec = (ulong[])closeOnExec.Clone(), firstFree = firstFree };
            foreach (OpenFileDescription? file in files)
                file?.AddReference();
            return copy;
        }
    }

    /// <summary>A task stops using this table; the last one closes everything.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref users) != 0)
            return;
        for (int fd = 0; fd < files.Length; fd++)
            Remove(new Fd(fd))?.Release();

        // A process that nobody has waited for keeps the table: it shall cost little.
        lock (gate)
        {
            closeOnExec = new ulong[1];
            Volatile.Write(ref files, new OpenFileDescription?[1]);
        }
    }

    private void Drop(OpenFileDescription old)
    {
        EndOwnership(old);
        old.Release();
    }

    private void EndOwnership(OpenFileDescription old)
    {
        Volatile.Read(ref recordLocks)?.ReleaseOwner(old, this);
        Volatile.Read(ref notices)?.ReleaseOwner(old, this);
    }

    private void Place(int fd, OpenFileDescription description, bool cloexec)
    {
        if (fd >= files.Length)
            Grow(fd + 1);
        Volatile.Write(ref files[fd], description);
        Mark(fd, cloexec);
    }

    private OpenFileDescription? RemoveLocked(int fd)
    {
        if ((uint)fd >= (uint)files.Length || files[fd] is not { } old)
            return null;
        Volatile.Write(ref files[fd], null);
        Mark(fd, false);
        firstFree = Math.Min(firstFree, fd);
        return old;
    }

    private void Mark(int fd, bool on)
    {
        ulong bit = 1UL << (fd & 63);
        if (on)
            closeOnExec[fd >> 6] |= bit;
        else
            closeOnExec[fd >> 6] &= ~bit;
    }

    private void Grow(int atLeast)
    {
        int size = files.Length;
        while (size < atLeast)
            size *= 2;
        var larger = new OpenFileDescription?[size];
        files.CopyTo(larger, 0);
        Array.Resize(ref closeOnExec, (size + 63) / 64);
        Volatile.Write(ref files, larger);
    }
}
