namespace Zonix.Api.Docker;

/// <summary>Docker Engine API, GET /version.</summary>
public sealed record VersionResponse
{
    public string Version { get; init; } = "";
    public string ApiVersion { get; init; } = "";
    public string MinAPIVersion { get; init; } = "";
    public string GitCommit { get; init; } = "";
    public string GoVersion { get; init; } = "";
    public string Os { get; init; } = "linux";
    public string Arch { get; init; } = "amd64";
    public string KernelVersion { get; init; } = "";
    public string BuildTime { get; init; } = "";
    public VersionPlatform Platform { get; init; } = new("Zonix");
}
