namespace Zonix.Api.Docker;

/// <summary>The body of POST /networks/create.</summary>
public sealed record NetworkCreateRequest
{
    public string? Name { get; init; }
    public bool CheckDuplicate { get; init; }
    public string? Driver { get; init; }
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public bool Ingress { get; init; }
    public bool? EnableIPv6 { get; init; }
    public NetworkIpam? IPAM { get; init; }
    public IReadOnlyDictionary<string, string>? Options { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
