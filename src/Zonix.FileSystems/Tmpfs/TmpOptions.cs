using System.Globalization;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.FileSystems.Tmpfs;

/// <summary>
/// The options of tmpfs(5): size, nr_blocks, nr_inodes, mode, uid, gid; huge, mpol, noswap, inode32 and inode64 mean nothing
/// here and are taken. ramfs knows mode alone, and ignores what else it is given.
/// </summary>
public sealed class TmpOptions(VirtualFileSystem vfs, string typeName, MemoryGroup memory) : IFileSystemOptions
{
    private const long PageSize = 4096;
    private const uint DefaultMode = 0x3FF;
    private long? pages, inodes;
    private uint? mode, uid, gid;
    private bool wideInodes;

    /// <inheritdoc/>
    public string? Complaint { get; private set; }

    /// <inheritdoc/>
    public Errno Set(KernelTask task, string key, string? value)
    {
        if (typeName == "ramfs" && key != "mode")
            return 0;
        bool good = true;
        switch (key)
        {
            case "size":
                good = TrySize(value, out long size);
                pages = (size + PageSize - 1) / PageSize;
                break;
            case "nr_blocks":
                good = TryNumber(value, out long blocks);
                pages = blocks;
                break;
            case "nr_inodes":
                good = TryNumber(value, out long count);
                inodes = count;
                break;
            case "mode":
                good = TryOctal(value, out uint bits);
                mode = bits & FileModeBits.PermissionMask;
                break;
            case "uid":
                good = uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint user);
                uid = user;
                break;
            case "gid":
                good = uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint group);
                gid = group;
                break;
            case "huge":
                good = value is "never" or "always" or "within_size" or "advise";
                break;
            case "mpol":
                good = value is not null;
                break;
            case "inode64":
                wideInodes = true;
                break;
            case "inode32" or "noswap":
                break;
            default:
                return Errno.ENOENT;
        }
        if (good)
            return 0;
        Complaint = $"{typeName}: Bad value for '{key}'";
        return Errno.EINVAL;
    }

    /// <inheritdoc/>
    public Errno Create(KernelTask task, out IFileSystem? fileSystem)
    {
        uint owner = uid ?? (task.Credentials.FsUid), group = gid ?? task.Credentials.FsGid;
        long half = (long)(memory.Total / 2) / PageSize;
        bool limited = typeName == "tmpfs";
        var made = new TmpFileSystem(vfs, mode ?? (limited ? DefaultMode : 0x1EDu), typeName, owner, group)
        {
            Limits = limited ? new TmpLimits(pages ?? half, inodes ?? half) : null,
            DefaultLimit = half,
            ShowsWideInodes = wideInodes,
            Memory = memory,
        };
        memory.AddSource(made.Measure);
        fileSystem = made;
        return 0;
    }

    /// <inheritdoc/>
    public Errno Change(IFileSystem fileSystem)
    {
        if (fileSystem is not TmpFileSystem { Limits: { } limits })
            return 0;
        Errno e = limits.Change(pages, inodes);
        if (e != 0)
            Complaint = "tmpfs: Too small a size or too few inodes for current use";
        return e;
    }

    // A number with k, m, g, t, p or e behind it, or a part of the memory in percent.
    private bool TrySize(string? text, out long size)
    {
        if (text is not null && text.EndsWith('%'))
        {
            bool good = long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long percent);
            size = (long)(memory.Total / 100) * percent;
            return good;
        }
        return TryNumber(text, out size);
    }

    private static bool TryNumber(string? text, out long number)
    {
        number = 0;
        if (string.IsNullOrEmpty(text))
            return false;
        int shift = char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, 'p' => 50, 'e' => 60, _ => 0 };
        if (!ulong.TryParse(shift > 0 ? text[..^1] : text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
            return false;
        if (value > (ulong)long.MaxValue >> shift)
            return false;
        number = (long)value << shift;
        return true;
    }

    private static bool TryOctal(string? text, out uint bits)
    {
        bits = 0;
        foreach (char c in text ?? "")
        {
            if (c is < '0' or > '7' || bits > 0x1FFFFFFF)
                return false;
            bits = (bits << 3) | (uint)(c - '0');
        }
        return !string.IsNullOrEmpty(text);
    }
}
