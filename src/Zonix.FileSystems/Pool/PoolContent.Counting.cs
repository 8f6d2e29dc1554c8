namespace Zonix.FileSystems.Pool;

/// <content>What it adds to the space that its dataset takes.</content>
internal sealed partial class PoolContent
{
    // What a write beyond the end, or into a hole for all that is known, adds.
    private long Growth(long offset, long count)
    {
        long end = offset + count;
        return offset >= size ? count : Math.Max(0, end - Math.Max(size, Counted));
    }

    // After a snapshot what was there is the snapshot's.
    private long Counted
    {
        get
        {
            if (countedIn != FileSystem.Generation)
                (counted, countedIn) = (0, FileSystem.Generation);
            return counted;
        }
    }

    private void Count(long bytes)
    {
        if (bytes == 0)
            return;
        counted = Counted + bytes;
        FileSystem.Dataset.AddUncommitted(bytes);
    }
}
