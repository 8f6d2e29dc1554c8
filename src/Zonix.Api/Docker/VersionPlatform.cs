namespace Zonix.Api.Docker;

/// <summary>Whose engine this is.</summary>
public sealed record VersionPlatform(string Name);
