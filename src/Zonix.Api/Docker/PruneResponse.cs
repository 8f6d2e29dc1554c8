namespace Zonix.Api.Docker;

/// <summary>The answer to POST /containers/prune.</summary>
public sealed record PruneResponse(IReadOnlyList<string> ContainersDeleted, long SpaceReclaimed);
