namespace Zonix.Api.Docker;

/// <summary>The body of POST /volumes/create.</summary>
public sealed record VolumeRequest
{
    public string? Name { get; init; }
    public string? Driver { get; init; }
    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
