namespace Zonix.Api.Docker;

/// <summary>A tmpfs that is asked for. Docker Engine API, Mount.TmpfsOptions.</summary>
public sealed record TmpfsOptions
{
    public long SizeBytes { get; init; }
    public int Mode { get; init; }
}
