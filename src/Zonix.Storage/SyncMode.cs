namespace Zonix.Storage;

/// <summary>What fsync(2) does in a dataset.</summary>
public enum SyncMode
{
    /// <summary>It waits until everything is on the disk.</summary>
    Standard = 0,

    /// <summary>It does nothing; groups are written as ever, and a snapshot is on the disk when it is made.</summary>
    Disabled = 1,

    /// <summary>Every change waits until it is on the disk.</summary>
    Always = 2,
}
