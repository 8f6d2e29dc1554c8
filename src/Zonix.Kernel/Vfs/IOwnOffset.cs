namespace Zonix.Kernel.Vfs;

/// <summary>A file whose offset is kept elsewhere: a regular file among the process's own standard streams, whose offset the host shares.</summary>
public interface IOwnOffset : IFile
{
    /// <summary>lseek(2).</summary>
    SysResult Seek(long distance, SeekWhence whence);

    /// <summary>pread(2).</summary>
    SysResult ReadAt(ref UserBuffer buffer, long offset);

    /// <summary>pwrite(2).</summary>
    SysResult WriteAt(ref UserBuffer buffer, long offset);
}
