using System.Globalization;
using Zonix.Kernel.Tasks;
using Zonix.Zones.Configuration;

namespace Zonix.Cli;

/// <content>Options with values.</content>
internal sealed partial class RunArguments
{
    private static bool IsKnown(string option) => option is "--root" or "-o" or "--output" or "-w" or "--workdir" or "-v" or "--volume" or "--mount" or
        "--tmpfs" or "-m" or "--memory" or "-e" or "--env" or "--env-file" or "--cpus" or "--cpu-shares" or "-c" or "-u" or "--user" or "-h" or
        "--hostname" or "--entrypoint" or "--pids-limit" or "--kernel-version";

    private bool TryTakeValue(string option, string value)
    {
        switch (option)
        {
            case "--root":
                HasRootDirectory = value.Length > 0;
                Options = Options with { RootDirectory = value };
                return HasRootDirectory;
            case "-o" or "--output":
                Traces = true;
                TraceFile = value;
                return true;
            case "-w" or "--workdir":
                WorkingDirectory = value;
                return true;
            case "-v" or "--volume":
                return TryAddVolume(value);
            case "--mount":
                return TryAddMount(value);
            case "--tmpfs":
                return TryAddMemoryDirectory(value);
            case "-m" or "--memory":
                return TrySetMemory(value);
            case "-e" or "--env":
                return TryAddVariable(value);
            case "--env-file":
                return TryAddVariables(value);
            case "--cpus":
                return TrySetCpus(value);
            case "--cpu-shares" or "-c":
                return TrySetShares(value);
            case "-u" or "--user":
                return TrySetUser(value);
            case "-h" or "--hostname":
                Options = Options with { HostName = value };
                return value.Length is > 0 and <= 64;
            case "--entrypoint":
                Entrypoint = value;
                return true;
            case "--pids-limit":
                bool isNumber = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long tasks);
                Options = Options with { TaskLimit = Math.Max(tasks, 0) };
                return isNumber && tasks >= -1;
            case "--kernel-version":
                Options = Options with { Identity = new SystemIdentity { Release = value } };
                return value.Length is > 0 and <= 64;
            default:
                return false;
        }
    }

    // As docker's: a number with up to three decimals.
    private bool TrySetCpus(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal cpus) || cpus is < 0.01m or > 1024)
            return false;
        Options = Options with { MilliCpus = (int)(cpus * 1000) };
        return true;
    }

    private bool TrySetShares(string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int shares) || shares is < 2 or > 262144)
            return false;
        Options = Options with { CpuShares = shares };
        return true;
    }

    private bool TrySetMemory(string text)
    {
        if (!Sizes.TryParse(text, out long size) || size <= 0)
            return false;
        Options = Options with { MemoryLimit = (ulong)size };
        return true;
    }

    // Names are those of the zone, which the machine looks up.
    private bool TrySetUser(string text)
    {
        User = text;
        string[] parts = text.Split(':');
        if (parts.Length > 2 || parts[0].Length == 0 || (parts.Length == 2 && parts[1].Length == 0))
            return false;
        uint group = 0;
        bool isNumber = uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint user) &&
            (parts.Length == 1 || uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out group));
        NeedsMachine |= !isNumber;
        Options = Options with { UserId = user, GroupId = parts.Length == 1 ? user : group };
        return true;
    }
}
