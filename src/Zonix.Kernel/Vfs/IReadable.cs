namespace Zonix.Kernel.Vfs;

/// <summary>A file that can be read.</summary>
public interface IReadable : IFile
{
    /// <summary>
    /// Reads as much as there is at <paramref name="offset"/> (ignored by streams), up to the buffer's length. 0 at the end,
    /// EAGAIN when a stream has nothing yet, EFAULT when not even the first byte could be delivered.
    /// </summary>
    SysResult Read(ref UserBuffer buffer, long offset);
}
