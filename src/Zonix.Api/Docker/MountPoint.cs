namespace Zonix.Api.Docker;

/// <summary>A mount that a container has. Docker Engine API, MountPoint.</summary>
public sealed record MountPoint(string Type, string Source, string Destination, string Mode, bool RW, string Propagation, string? Name = null);
