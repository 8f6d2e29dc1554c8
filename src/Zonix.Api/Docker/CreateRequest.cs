namespace Zonix.Api.Docker;

/// <summary>The body of POST /containers/create; <see cref="Zonix"/> is what docker has no word for.</summary>
public sealed record CreateRequest : ContainerConfig
{
    public HostConfig? HostConfig { get; init; }
    public NetworkingConfig? NetworkingConfig { get; init; }
    public string? MacAddress { get; init; }
    public ZonixConfig? Zonix { get; init; }
}
