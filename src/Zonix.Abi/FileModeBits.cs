namespace Zonix.Abi;

/// <summary>The bits of st_mode. inode(7).</summary>
public static class FileModeBits
{
    public const uint S_IFMT = 0xF000, S_IFSOCK = 0xC000, S_IFLNK = 0xA000, S_IFREG = 0x8000, S_IFBLK = 0x6000;
    public const uint S_IFDIR = 0x4000, S_IFCHR = 0x2000, S_IFIFO = 0x1000;
    public const uint S_ISUID = 0x800, S_ISGID = 0x400, S_ISVTX = 0x200;
    public const uint S_IRWXU = 0x1C0, S_IXUSR = 0x40, S_IRWXG = 0x38, S_IXGRP = 8, S_IRWXO = 7, S_IXOTH = 1;

    /// <summary>All but the type.</summary>
    public const uint PermissionMask = 0xFFF;

    /// <summary>The d_type of a directory entry for a mode.</summary>
    public static byte DirectoryType(uint mode) => (byte)((mode & S_IFMT) >> 12);
}
