namespace Zonix.Kernel.Vfs;

/// <summary>A file that can be written back, given space, or emptied in parts.</summary>
public interface ISyncable : IFile
{
    /// <summary>fsync(2), fdatasync(2).</summary>
    Errno Sync(bool dataOnly);

    /// <summary>fallocate(2); EOPNOTSUPP for modes that are not known.</summary>
    Errno Allocate(FallocateMode mode, long offset, long length);
}
