namespace Zonix.Host.Memory;

/// <summary>Numbers of pages of a range.</summary>
public record struct PageCounts
{
    /// <summary>Pages that are mapped, or swapped out.</summary>
    public long Present { get; set; }

    /// <summary>Those of them that belong to no file.</summary>
    public long Copied { get; set; }

    /// <summary>Those of them that only this mapping shows.</summary>
    public long Exclusive { get; set; }
}
