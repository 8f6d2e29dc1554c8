namespace Zonix.Api.Docker;

/// <summary>What the deletion of an image took away.</summary>
public sealed record ImageDeleteItem
{
    public string? Untagged { get; init; }
    public string? Deleted { get; init; }
}
