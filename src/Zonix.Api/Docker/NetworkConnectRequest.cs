namespace Zonix.Api.Docker;

/// <summary>The body of POST /networks/{id}/connect and disconnect.</summary>
public sealed record NetworkConnectRequest
{
    public string? Container { get; init; }
    public EndpointSettings? EndpointConfig { get; init; }
    public bool Force { get; init; }
}
