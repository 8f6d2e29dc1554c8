namespace Zonix.Kernel.Vfs;

/// <summary>A lease on a file. fcntl(2), F_SETLEASE. Under the gate of <see cref="FileLeases"/>.</summary>
internal sealed class FileLease(IInode inode, OpenFileDescription file, int pid, int fd)
{
    public IInode Inode => inode;

    public OpenFileDescription File => file;

    public int Pid => pid;

    /// <summary>The descriptor it was taken through, which the signal names.</summary>
    public int Fd => fd;

    /// <summary>F_RDLCK or F_WRLCK.</summary>
    public short Type { get; set; }

    /// <summary>What it has to become; the same as <see cref="Type"/> when nobody waits.</summary>
    public short Target { get; set; }

    /// <summary>When it becomes so by itself; long.MaxValue: never.</summary>
    public long BreakAtNs { get; set; } = long.MaxValue;
}
