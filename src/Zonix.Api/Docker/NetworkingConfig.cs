namespace Zonix.Api.Docker;

/// <summary>The networks a new container is to be on. Docker Engine API, NetworkingConfig.</summary>
public sealed record NetworkingConfig(IReadOnlyDictionary<string, EndpointSettings?>? EndpointsConfig = null);
