namespace Zonix.Kernel.Vfs;

/// <summary>A file with an offset.</summary>
public interface ISeekable : IFile
{
    /// <summary>The end, for SEEK_END.</summary>
    Errno GetSize(out long size);

    /// <summary>SEEK_DATA and SEEK_HOLE; ENXIO beyond the end.</summary>
    SysResult SeekData(long offset, bool hole);
}
