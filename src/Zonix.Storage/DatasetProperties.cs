namespace Zonix.Storage;

/// <summary>What can be set for a dataset.</summary>
public sealed record DatasetProperties
{
    /// <summary>Bytes that its own contents may take; 0: as many as there are.</summary>
    public long Quota { get; init; }

    /// <summary>What fsync(2) does.</summary>
    public SyncMode Sync { get; init; }

    /// <summary>Nothing in it can be changed.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Its contents are shared with others of the same bytes in the pool: for images.</summary>
    public bool SharesContents { get; init; }

    /// <summary>Free ones, by name.</summary>
    public IReadOnlyDictionary<string, string> User { get; init; } = new Dictionary<string, string>();
}
