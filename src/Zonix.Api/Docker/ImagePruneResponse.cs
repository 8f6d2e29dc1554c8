namespace Zonix.Api.Docker;

/// <summary>The answer to POST /images/prune.</summary>
public sealed record ImagePruneResponse(IReadOnlyList<ImageDeleteItem> ImagesDeleted, long SpaceReclaimed);
