namespace Zonix.Storage.Groups;

/// <summary>A dataset's open file system, as the pool asks it for what has changed. Called by one thread at a time, with the pool's gate held.</summary>
public interface IDatasetChanges
{
    /// <summary>Whether there is anything to write.</summary>
    bool HasChanges { get; }

    /// <summary>Gathers everything that has changed since the last time.</summary>
    void Capture(ChangeBatch batch);

    /// <summary>
    /// The content has its checksum: asked before the group is committed, whether nobody has written to it since it was
    /// captured. From then on who wants to write must ask <see cref="Pool.Reopen"/>.
    /// </summary>
    bool TrySettle(InodeChange change);

    /// <summary>The batch is in the database.</summary>
    void Committed(ChangeBatch batch);

    /// <summary>It is not, and belongs into the next one.</summary>
    void Failed(ChangeBatch batch);
}
