using Zonix.Api;
using System.Globalization;
using Zonix.Api.Docker;
using Zonix.Zones.Configuration;
using Zonix.Zones.Naming;

namespace Zonix.Cli;

/// <content>What its processes may do, what its names are, how it is known to work, and what is mounted that the machine keeps.</content>
internal sealed partial class MachineArguments
{
    private const long NanosPerTick = 100;

    /// <summary>--foreground: the machine is this process.</summary>
    public bool IsForeground { get; set; }

    /// <summary>-v with the name of a volume, or without a source, in docker's words.</summary>
    public List<string> Volumes { get; } = [];

    /// <summary>--mount type=volume.</summary>
    public List<MountRequest> Mounts { get; } = [];

    /// <summary>--add-host.</summary>
    public List<string> Hosts { get; } = [];

    /// <summary>--dns-search.</summary>
    public List<string> Search { get; } = [];

    /// <summary>--dns-option.</summary>
    public List<string> ResolverOptions { get; } = [];

    /// <summary>--domainname.</summary>
    public string? Domain { get; private set; }

    /// <summary>--ulimit.</summary>
    public List<UlimitConfig> Ulimits { get; } = [];

    /// <summary>--cap-add.</summary>
    public List<string> AddedCapabilities { get; } = [];

    /// <summary>--cap-drop.</summary>
    public List<string> DroppedCapabilities { get; } = [];

    /// <summary>--shm-size.</summary>
    public long SharedMemory { get; private set; }

    /// <summary>--health-*; null: as the image has it.</summary>
    public HealthConfig? Health { get; private set; }

    /// <summary>--no-healthcheck.</summary>
    public void SwitchHealthOff() => Health = new HealthConfig { Test = ["NONE"] };

    private static bool IsKnownResource(string option) => option is "--add-host" or "--dns-search" or "--dns-option" or "--dns-opt" or "--domainname" or
        "--ulimit" or "--cap-add" or "--cap-drop" or "--shm-size" or "--health-cmd" or "--health-interval" or "--health-timeout" or
        "--health-start-period" or "--health-start-interval" or "--health-retries";

    private bool TryTakeResource(string option, string value)
    {
        switch (option)
        {
            case "--add-host":
                Hosts.Add(value);
                return NameRecords.TrySplitHost(value, out _, out _);
            case "--dns-search":
                Search.Add(value);
                return value.Length > 0;
            case "--dns-option" or "--dns-opt":
                ResolverOptions.Add(value);
                return value.Length > 0;
            case "--domainname":
                Domain = value;
                return value.Length > 0;
            case "--ulimit":
                return TryAddUlimit(value);
            case "--cap-add" or "--cap-drop":
                (option == "--cap-add" ? AddedCapabilities : DroppedCapabilities).Add(value);
                return CapabilityNames.Find(value) != 0;
            case "--shm-size":
                bool isSize = Sizes.TryParse(value, out long size);
                SharedMemory = size;
                return isSize && size > 0;
            default:
                return TryTakeHealth(option, value);
        }
    }

    // NAME=SOFT[:HARD]
    private bool TryAddUlimit(string text)
    {
        string[] parts = text.Split('=', ':');
        if (parts.Length is < 2 or > 3 || !TryReadLimit(parts[1], out long soft) || !TryReadLimit(parts[^1], out long hard))
            return false;
        Ulimits.Add(new UlimitConfig { Name = parts[0], Soft = soft, Hard = hard });
        return new ZoneUlimit { Name = parts[0] }.Resource is not null && (hard < 0 || (soft >= 0 && soft <= hard));
    }

    private static bool TryReadLimit(string text, out long limit)
    {
        limit = -1;
        return text == "unlimited" || (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out limit) && limit >= -1);
    }

    private bool TryTakeHealth(string option, string value)
    {
        HealthConfig check = Health ?? new HealthConfig();
        long time = 0;
        if (option is not ("--health-cmd" or "--health-retries") && option.StartsWith("--health-", StringComparison.Ordinal))
        {
            if (!Timespans.TryRead(value, out TimeSpan span))
                return false;
            time = span.Ticks * NanosPerTick;
        }

        Health = option switch
        {
            "--health-cmd" => check with { Test = ["CMD-SHELL", value] },
            "--health-interval" => check with { Interval = time },
            "--health-timeout" => check with { Timeout = time },
            "--health-start-period" => check with { StartPeriod = time },
            "--health-start-interval" => check with { StartInterval = time },
            "--health-retries" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int retries) => check with { Retries = retries },
            _ => null,
        };
        return Health is not null;
    }
}
