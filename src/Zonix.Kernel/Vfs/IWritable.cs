namespace Zonix.Kernel.Vfs;

/// <summary>A file that can be written.</summary>
public interface IWritable : IFile
{
    /// <summary>
    /// Writes at <paramref name="offset"/> (ignored by streams; -1: at the end, whose place is given back in it). May take
    /// less than there is; EAGAIN when a stream has no room.
    /// </summary>
    SysResult Write(ref UserBuffer buffer, ref long offset);
}
