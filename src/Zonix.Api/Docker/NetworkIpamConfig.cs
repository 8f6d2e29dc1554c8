namespace Zonix.Api.Docker;

/// <summary>A subnet of a network. Docker Engine API, IPAMConfig.</summary>
public sealed record NetworkIpamConfig(string? Subnet = null, string? IPRange = null, string? Gateway = null);
