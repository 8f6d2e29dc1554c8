namespace Zonix.Host.Files;

/// <summary>A time stamp of a host file.</summary>
public readonly record struct HostTime(long Seconds, uint Nanoseconds);
