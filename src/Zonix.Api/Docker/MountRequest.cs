namespace Zonix.Api.Docker;

/// <summary>A mount that is asked for. Docker Engine API, Mount.</summary>
public sealed record MountRequest
{
    public string? Type { get; init; }
    public string? Source { get; init; }
    public string? Target { get; init; }
    public bool ReadOnly { get; init; }
    public TmpfsOptions? TmpfsOptions { get; init; }
    public VolumeOptions? VolumeOptions { get; init; }
}
