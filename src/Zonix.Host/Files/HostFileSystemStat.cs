namespace Zonix.Host.Files;

/// <summary>What the host says about a file system. statfs(2).</summary>
public readonly record struct HostFileSystemStat(
    long Type, long BlockSize, ulong Blocks, ulong BlocksFree, ulong BlocksAvailable, ulong Files, ulong FilesFree, long NameLength);
