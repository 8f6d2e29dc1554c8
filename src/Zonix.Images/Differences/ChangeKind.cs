namespace Zonix.Images.Differences;

/// <summary>How an entry differs from what it was.</summary>
public enum ChangeKind
{
    /// <summary>It, or something below it, is not as it was.</summary>
    Changed,

    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone, with everything below it.</summary>
    Deleted,
}
