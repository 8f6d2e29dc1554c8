using Zonix.Host.Files;

namespace Zonix.FileSystems.Folder;

/// <summary>
/// Which object of the host it is. The time of birth tells a new file from an old one whose number it was given; the type is
/// there for hosts that know no such time.
/// </summary>
internal readonly record struct FolderIdentity(ulong Device, ulong Inode, HostTime Birth, uint Type)
{
    public static FolderIdentity Of(in HostStat stat) => new(stat.Device, stat.Inode, stat.Birth, stat.Mode & FileModeBits.S_IFMT);
}
