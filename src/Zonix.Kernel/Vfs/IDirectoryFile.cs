namespace Zonix.Kernel.Vfs;

/// <summary>An open directory.</summary>
public interface IDirectoryFile : IFile
{
    /// <summary>
    /// Puts entries into the buffer from <paramref name="position"/> on (0 is the beginning; others are what the entries
    /// carried) and moves it; <c>.</c> and <c>..</c> come first. The description's lock is held.
    /// </summary>
    Errno ReadEntries(ref long position, ref DirectoryBuffer buffer, ulong parentInode);
}
