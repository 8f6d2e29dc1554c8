namespace Zonix.Api.Docker;

/// <summary>A network. Docker Engine API, GET /networks/{id}.</summary>
public sealed record NetworkResource
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Created { get; init; }
    public string Scope { get; set; } = "local";
    public string Driver { get; set; } = "bridge";
    public bool EnableIPv6 { get; init; }
    public NetworkIpam IPAM { get; set; } = new();
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public bool Ingress { get; init; }
    public IReadOnlyDictionary<string, NetworkContainer> Containers { get; set; } = new Dictionary<string, NetworkContainer>();
    public IReadOnlyDictionary<string, string> Options { get; set; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
}
