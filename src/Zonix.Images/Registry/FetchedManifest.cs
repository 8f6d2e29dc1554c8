namespace Zonix.Images.Registry;

/// <summary>A manifest or an index as a registry gave it.</summary>
internal sealed record FetchedManifest(RegistryEndpoint Endpoint, byte[] Content, string? MediaType);
