using Zonix.Abi;
using Zonix.Api.Docker;
using Zonix.Zones;
using Zonix.Zones.Configuration;

namespace Zonix.Cli;

/// <content>What is mounted in the zone, by the words that docker has for it.</content>
internal sealed partial class RunArguments
{
    private const uint UsualMode = 0x3FF;
    private const MountFlags Guarded = MountFlags.MS_NOSUID | MountFlags.MS_NODEV | MountFlags.MS_NOEXEC;

    // FROM:TO[:ro|rw]; a FROM without a slash is the name of a volume, and a place alone gets a volume of its own.
    private bool TryAddVolume(string text)
    {
        string[] parts = text.Split(':');
        if (parts is [['/', ..]] || (parts.Length is 2 or 3 && ZoneValidation.IsName(parts[0]) && parts[1].StartsWith('/')))
        {
            NeedsMachine = true;
            Machine.Volumes.Add(text);
            return parts.Length < 3 || parts[2].Split(',').All(word => word is "ro" or "rw" or "nocopy");
        }

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
        long size = 0;
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
                case var _ when word.StartsWith("size=", StringComparison.Ordinal) && Sizes.TryParse(word[5..], out size):
                    break;
                case var _ when word.StartsWith("mode=", StringComparison.Ordinal) && TryReadOctal(word[5..], out mode):
                    break;
                default:
                    return false;
            }
        }
        if (!target.StartsWith('/'))
            return false;
        Options = Options with { MemoryDirectories = [.. Options.MemoryDirectories, new ZoneMemoryDirectory(target, mode, flags, size)] };
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
                case "volume-nocopy" when value is "" or "true" or "1":
                    words.Add("nocopy");
                    break;
                case "tmpfs-size":
                    words.Add("size=" + value);
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
            "volume" => TryAddVolumeMount(source, target, isReadOnly, words.Contains("nocopy")),
            "tmpfs" when source.Length == 0 => TryAddMemoryDirectory(target, [.. words]),
            _ => false,
        };
    }

    private bool TryAddVolumeMount(string name, string target, bool isReadOnly, bool noCopy)
    {
        NeedsMachine = true;
        Machine.Mounts.Add(new MountRequest
        {
            Type = ZoneFileSystem.Volume,
            Source = name,
            Target = target,
            ReadOnly = isReadOnly,
            VolumeOptions = noCopy ? new VolumeOptions { NoCopy = true } : null,
        });
        return target.StartsWith('/') && (name.Length == 0 || ZoneValidation.IsName(name));
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
