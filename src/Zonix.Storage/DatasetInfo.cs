namespace Zonix.Storage;

/// <summary>What a list of datasets shows. Sizes are bytes of file contents.</summary>
/// <param name="Name">Its name, "a/b/c".</param>
/// <param name="Used">What would become free if it and its snapshots were destroyed (contents shared with others left aside).</param>
/// <param name="Referenced">What its tree shows.</param>
/// <param name="Available">What may still be written to it.</param>
/// <param name="Origin">The snapshot it was cloned from, "a/b@c"; null when it began empty.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Properties">What was set.</param>
/// <param name="IsOpen">Whether its file system is open.</param>
public sealed record DatasetInfo(
    string Name, long Used, long Referenced, long Available, string? Origin, DateTimeOffset Created, DatasetProperties Properties, bool IsOpen);
