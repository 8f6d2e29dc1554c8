namespace Zonix.Storage.Scrubbing;

/// <summary>Something that is wrong in a pool.</summary>
/// <param name="Where">The datasets and snapshots that show it, with the path there; or the layer, or the file, when none does.</param>
/// <param name="What">What is wrong.</param>
public sealed record ScrubFinding(string Where, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Where}: {What}";
}
