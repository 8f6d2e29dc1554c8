namespace Zonix.Api.Docker;

/// <summary>A container that is on a network. Docker Engine API, NetworkContainer.</summary>
public sealed record NetworkContainer(string Name, string EndpointID, string MacAddress, string IPv4Address, string IPv6Address);
