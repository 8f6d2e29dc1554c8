using Zonix.Zones.Life;

namespace Zonix.Api.Docker;

/// <summary>What docker does not know of a zone.</summary>
public sealed record ZoneSummary(Guid Uuid, ZoneState State, string? KernelVersion, string? RootDirectory, string? Dataset);
