namespace Zonix.Machine;

/// <summary>
/// Which file, in which version, a mapping shows. Whoever gives one vouches for two things: mappings with equal identities
/// and offsets hold the same bytes, and the bytes of this mapping are the file's (nobody has written to private copies).
/// The machine only compares them.
/// </summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file in it.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="ModifiedNs">When its content changed last, in nanoseconds.</param>
/// <param name="ChangedNs">When its inode changed last, in nanoseconds.</param>
/// <param name="Version">A count of changes, where time stamps are not enough.</param>
public readonly record struct CodeIdentity(ulong Device, ulong Inode, ulong Size, long ModifiedNs, long ChangedNs, long Version = 0);
