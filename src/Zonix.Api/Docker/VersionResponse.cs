namespace Zonix.Api.Docker;

/// <summary>Docker Engine API, GET /version.</summary>
public sealed record VersionResponse
{
    public string Version { get; set; } = "";
    public string ApiVersion { get; set; } = "";
    public string MinAPIVersion { get; set; } = "";
    public string GitCommit { get; set; } = "";
    public string GoVersion { get; set; } = "";
    public string Os { get; set; } = "linux";
    public string Arch { get; set; } = "amd64";
    public string KernelVersion { get; set; } = "";
    public string BuildTime { get; set; } = "";
    public VersionPlatform Platform { get; set; } = new("Zonix");
}
