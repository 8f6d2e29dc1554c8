using Zonix.Abi;
using Zonix.Zones;

namespace Zonix.Cli;

/// <content>What is mounted in the zone, by the words that docker has for it.</content>
internal sealed partial class RunArguments
{
    private const uint UsualMode = 0x3FF;
    private const MountFlags Guarded = MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;

    // FROM:TO[:ro|rw]
    private bool TryAddVolume(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length is < 2 or > 3 || (parts.Length == 3 && parts[2] is not "ro" and not "rw"))
            return false;
        return TryAddVolume(parts[0], parts[1], parts.Length == 3 && parts[2] == "ro");
    }

    private bool TryAddVolume(string source, string target, bool isReadOnly)
    {
        if (source.Length == 0 || !target.StartsWith('/'))
            return false;
        Options = Options with { Volumes = [.. Options.Volumes, new ZoneVolume(source, target, isReadOnly)] };
        return true;
    }

    // DIR[:OPTION,...]
    private bool TryAddMemoryDirectory(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return TryAddMemoryDirectory(colon < 0 ? text : text[..colon], colon < 0 ? [] : text[(colon + 1)..].Split(','));
    }

    private bool TryAddMemoryDirectory(string target, string[] words)
    {
        uint mode = UsualMode;
        MountFlags flags = Guarded;
        foreach (string word in words)
        {
            switch (word)
            {
                case "rw" or "nosuid" or "nodev" or "noexec":
                    break;
                case "ro":
                    flags |= MountFlags.MS_RDONLY;
                    break;
                case "exec":
                    flags &= ~MountFlags.MS_NOEXEC;
                    break;
                case "suid":
                    flags &= ~MountFlags.MS_NOSUID;
                    break;
                case "dev":
                    flags &= ~MountFlags.MS_NODEV;
                    break;
                case var _ when word.StartsWith("mode=", StringComparison.Ordinal) && TryReadOctal(word[5..], out mode):
                    break;
                default:
                    return false;
            }
        }
        if (!target.StartsWith('/'))
            return false;
        Options = Options with { MemoryDirectories = [.. Options.MemoryDirectories, new ZoneMemoryDirectory(target, mode, flags)] };
        return true;
    }

    // type=bind,source=FROM,target=TO[,readonly], or type=tmpfs,target=TO[,tmpfs-mode=MODE]
    private bool TryAddMount(string text)
    {
        string type = "bind", source = "", target = "";
        bool isReadOnly = false;
        var words = new List<string>();
        foreach (string word in text.Split(','))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string value = equals < 0 ? "" : word[(equals + 1)..];
            switch (equals < 0 ? word : word[..equals])
            {
                case "type":
                    type = value;
                    break;
                case "source" or "src":
                    source = value;
                    break;
                case "target" or "destination" or "dst":
                    target = value;
                    break;
                case "readonly" or "ro" when value is "" or "true" or "1":
                    isReadOnly = true;
                    words.Add("ro");
                    break;
                case "tmpfs-mode":
                    words.Add("mode=" + value);
                    break;
                default:
                    return false;
            }
        }
        return type switch
        {
            "bind" => TryAddVolume(source, target, isReadOnly),
            "tmpfs" when source.Length == 0 => TryAddMemoryDirectory(target, [.. words]),
            _ => false,
        };
    }

    private static bool TryReadOctal(string text, out uint value)
    {
        value = 0;
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7')
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return text.Length is > 0 and <= 5 && value <= FileModeBits.PermissionMask;
    }
}
