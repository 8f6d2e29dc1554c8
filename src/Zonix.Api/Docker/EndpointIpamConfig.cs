namespace Zonix.Api.Docker;

/// <summary>The addresses a container wants on a network. Docker Engine API, EndpointIPAMConfig.</summary>
public sealed record EndpointIpamConfig(string? IPv4Address = null, string? IPv6Address = null);
