namespace Zonix.Api.Docker;

/// <summary>A volume. Docker Engine API, Volume.</summary>
public sealed record VolumeItem
{
    public required string Name { get; init; }
    public string Driver { get; set; } = "local";
    public string Mountpoint { get; set; } = "";
    public string CreatedAt { get; set; } = "";
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
    public string Scope { get; set; } = "local";
    public IReadOnlyDictionary<string, string> Options { get; set; } = new Dictionary<string, string>();
    public VolumeUsage? UsageData { get; init; }
}
