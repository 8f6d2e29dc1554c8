namespace Zonix.Api.Docker;

/// <summary>A volume that is asked for. Docker Engine API, Mount.VolumeOptions.</summary>
public sealed record VolumeOptions
{
    public bool NoCopy { get; init; }
}
