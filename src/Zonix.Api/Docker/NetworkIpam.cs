namespace Zonix.Api.Docker;

/// <summary>The addresses of a network. Docker Engine API, IPAM.</summary>
public sealed record NetworkIpam
{
    public string? Driver { get; set; } = "default";
    public IReadOnlyList<NetworkIpamConfig>? Config { get; init; }
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}
