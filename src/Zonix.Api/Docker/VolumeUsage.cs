namespace Zonix.Api.Docker;

/// <summary>What a volume holds, and how many containers use it. Docker Engine API, Volume.UsageData.</summary>
public sealed record VolumeUsage(long Size, int RefCount);
