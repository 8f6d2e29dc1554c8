namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>The entries of a synthetic directory.</summary>
public interface ISyntheticEntries
{
    /// <summary>How many of them are directories, for the count of links.</summary>
    int Folders => 0;

    /// <summary>What looking for a name answers that is not there: ESRCH when all of them are gone, EACCES for who may not look.</summary>
    Errno Absence => Errno.ENOENT;

    /// <summary>The entry of that name, or null. <paramref name="directory"/> is the directory's own number.</summary>
    IInode? Find(ReadOnlySpan<byte> name, ulong directory);

    /// <summary>Lists all of them.</summary>
    void List(DirectoryListing listing, ulong directory);
}
