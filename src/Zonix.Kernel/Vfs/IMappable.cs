namespace Zonix.Kernel.Vfs;

/// <summary>
/// A file that mmap(2) can map. Called without the address space's lock: implementations take the inode's lock, under
/// which user memory is copied, which takes the address space's.
/// </summary>
public interface IMappable : IFile
{
    /// <summary>
    /// Where the range lies. Answers ENODEV when it cannot be mapped. The mapping stays coherent with read and write: what
    /// it names stays the file's content for the file's life (a private copy-up afterwards excepted, see the overlay).
    /// </summary>
    Errno GetMapping(ulong offset, ulong length, bool shared, bool writable, out FileMapping mapping);
}
