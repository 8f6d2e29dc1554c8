namespace Zonix.Api.Docker;

/// <summary>A dataset, or a snapshot. GET /zonix/datasets.</summary>
public sealed record DatasetItem
{
    public required string Name { get; init; }
    public required string Type { get; init; }
    public long Used { get; init; }
    public long Referenced { get; init; }
    public long? Available { get; init; }
    public long? Quota { get; init; }
    public string? Origin { get; init; }
    public DateTimeOffset Created { get; init; }
    public bool IsOpen { get; init; }
}
