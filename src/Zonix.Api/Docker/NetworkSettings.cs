namespace Zonix.Api.Docker;

/// <summary>The networks of a container. Docker Engine API, NetworkSettings.</summary>
public sealed record NetworkSettings
{
    public IReadOnlyDictionary<string, EndpointSettings> Networks { get; set; } = new Dictionary<string, EndpointSettings>();
    public IReadOnlyDictionary<string, IReadOnlyList<PortBindingItem>?> Ports { get; set; } = new Dictionary<string, IReadOnlyList<PortBindingItem>?>();
    public string? SandboxID { get; init; }
    public string? EndpointID { get; init; }
    public string? Gateway { get; init; }
    public string? IPAddress { get; init; }
    public int IPPrefixLen { get; init; }
    public string? IPv6Gateway { get; init; }
    public string? GlobalIPv6Address { get; init; }
    public int GlobalIPv6PrefixLen { get; init; }
    public string? MacAddress { get; init; }
}
