namespace Zonix.Api.Docker;

/// <summary>A port of the host. Docker Engine API, PortBinding.</summary>
public sealed record PortBindingItem(string HostIp = "", string HostPort = "");
