namespace Zonix.Api.Docker;

/// <summary>The answer to POST /volumes/prune.</summary>
public sealed record VolumePruneResponse(IReadOnlyList<string> VolumesDeleted, long SpaceReclaimed);
