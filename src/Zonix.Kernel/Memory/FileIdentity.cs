namespace Zonix.Kernel.Memory;

/// <summary>Which file of the host holds the pages, however often it is opened and mapped.</summary>
internal sealed record FileIdentity(ulong Device, ulong Inode);
