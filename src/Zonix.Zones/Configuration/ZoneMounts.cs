using Zonix.Abi;
using Zonix.Zones.Life;

namespace Zonix.Zones.Configuration;

/// <summary>Turns the file systems of a configuration into what a zone is made of.</summary>
public static class ZoneMounts
{
    /// <summary>A volume, or a file system in memory.</summary>
    /// <exception cref="ZoneException">An option makes no sense.</exception>
    public static (ZoneVolume? Volume, ZoneMemoryDirectory? Memory) Parse(ZoneFileSystem mount)
    {
        ArgumentNullException.ThrowIfNull(mount);
        bool isReadOnly = false;
        uint mode = 0x3FF;
        long size = 0;
        MountFlags flags = MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;
        foreach (string option in (mount.Options ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            switch (option)
            {
                case "ro" or "rw":
                    isReadOnly = option == "ro";
                    break;
                case "nocopy" when mount.Type == ZoneFileSystem.Volume:
                    break;
                case "exec" or "noexec" when mount.Type == "tmpfs":
                    Set(ref flags, MountFlags.MS_NOEXEC, option[0] == 'n');
                    break;
                case "suid" or "nosuid" when mount.Type == "tmpfs":
                    Set(ref flags, MountFlags.MS_NOSUID, option[0] == 'n');
                    break;
                case "dev" or "nodev" when mount.Type == "tmpfs":
                    Set(ref flags, MountFlags.MS_NODEV, option[0] == 'n');
                    break;
                case var text when mount.Type == "tmpfs" && text.StartsWith("mode=", StringComparison.Ordinal) && TryReadMode(text[5..], out mode):
                    break;
                case var text when mount.Type == "tmpfs" && text.StartsWith("size=", StringComparison.Ordinal) && Sizes.TryParse(text[5..], out size):
                    break;
                default:
                    throw new ZoneException(ZoneError.Invalid, $"filesystems.options: \"{option}\": expected {Expected(mount)}");
            }
        }

        if (mount.Type == ZoneFileSystem.Volume)
            return (null, null);
        if (mount.Type != "tmpfs")
            return (new ZoneVolume(mount.Source!, mount.Target, isReadOnly), null);
        Set(ref flags, MountFlags.MS_RDONLY, isReadOnly);
        return (null, new ZoneMemoryDirectory(mount.Target, mode, flags, size));
    }

    /// <summary>Whether nothing can be changed through it.</summary>
    public static bool IsReadOnly(ZoneFileSystem mount)
    {
        ArgumentNullException.ThrowIfNull(mount);
        return (mount.Options ?? []).SelectMany(text => text.Split(',')).LastOrDefault(option => option is "ro" or "rw") == "ro";
    }

    private static string Expected(ZoneFileSystem mount) =>
        mount.Type == "tmpfs" ? "ro, rw, exec, noexec, suid, nosuid, dev, nodev, mode=OCTAL or size=SIZE" : mount.Type == ZoneFileSystem.Volume ? "ro, rw or nocopy" : "ro or rw";

    private static void Set(ref MountFlags flags, MountFlags flag, bool isSet) => flags = isSet ? flags | flag : flags & ~flag;

    private static bool TryReadMode(string text, out uint mode)
    {
        mode = 0;
        foreach (char c in text)
        {
            if (c is < '0' or > '7')
                return false;
            mode = (mode << 3) | (uint)(c - '0');
        }

        return text.Length is > 0 and < 6 && mode <= 0xFFF;
    }
}
