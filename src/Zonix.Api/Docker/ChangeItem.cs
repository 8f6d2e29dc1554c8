namespace Zonix.Api.Docker;

/// <summary>A path that a container has changed: 0 modified, 1 added, 2 deleted.</summary>
public sealed record ChangeItem(string Path, int Kind);
