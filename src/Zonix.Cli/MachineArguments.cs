using System.Globalization;
using Zonix.Images;

namespace Zonix.Cli;

/// <summary>Options of zonix run and create that need the machine in the background.</summary>
internal sealed partial class MachineArguments
{
    /// <summary>-d.</summary>
    public bool IsDetached { get; set; }

    /// <summary>--rm.</summary>
    public bool Removes { get; set; }

    /// <summary>--init.</summary>
    public bool WantsInit { get; set; }

    /// <summary>--autoboot.</summary>
    public bool Autoboot { get; set; }

    /// <summary>-q.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>--privileged.</summary>
    public bool IsPrivileged { get; set; }

    /// <summary>--sig-proxy: whether what is sent to this process goes to the program.</summary>
    public bool PassesSignals { get; set; } = true;

    /// <summary>-a: which streams are joined; null: all, and standard input with -i.</summary>
    public HashSet<string>? Attached { get; private set; }

    /// <summary>--cpu-quota, microseconds of each <see cref="CpuPeriod"/>.</summary>
    public long CpuQuota { get; private set; }

    /// <summary>--cpu-period, microseconds; 0: 100,000.</summary>
    public long CpuPeriod { get; private set; }

    /// <summary>--name.</summary>
    public string? Name { get; private set; }

    /// <summary>-l.</summary>
    public Dictionary<string, string> Labels { get; } = [];

    /// <summary>--restart.</summary>
    public string Restart { get; private set; } = "no";

    /// <summary>--restart on-failure:N.</summary>
    public int RestartCount { get; private set; }

    /// <summary>--stop-timeout.</summary>
    public int? StopTimeout { get; private set; }

    /// <summary>--stop-signal.</summary>
    public string? StopSignal { get; private set; }

    /// <summary>--pull: always, missing, never.</summary>
    public string Pull { get; private set; } = "missing";

    /// <summary>--platform, as it was given.</summary>
    public string? Platform { get; private set; }

    /// <summary>--log-opt.</summary>
    public Dictionary<string, string> LogOptions { get; } = [];

    /// <summary>--storage-opt.</summary>
    public Dictionary<string, string> StorageOptions { get; } = [];

    /// <summary>--cidfile.</summary>
    public string? IdFile { get; private set; }

    /// <summary>--detach-keys.</summary>
    public string? DetachKeys { get; private set; }

    /// <summary>--dns.</summary>
    public List<string> Resolvers { get; } = [];

    /// <summary>What it has to do with the host's network.</summary>
    public NetworkArguments Network { get; } = new();

    /// <summary>Its networks.</summary>
    public AttachmentArguments Attachment { get; } = new();

    /// <summary>Whether it is one of these.</summary>
    public static bool IsKnown(string option) => IsKnownResource(option) || NetworkArguments.IsKnown(option) || AttachmentArguments.IsKnown(option) || option is "--name" or "-l" or "--label" or "--label-file" or
        "--restart" or "-a" or "--attach" or "--cpu-quota" or "--cpu-period" or "--memory-swap" or "--security-opt" or "--stop-timeout" or "--stop-signal" or "--pull" or "--log-opt" or "--log-driver" or "--storage-opt" or "--cidfile" or "--detach-keys" or "--dns" or "--platform";

    /// <summary>Takes an option with its value; false when it is none of these, or the value makes no sense.</summary>
    public bool TryTakeValue(string option, string value)
    {
        switch (option)
        {
            case "--name":
                Name = value;
                return value.Length > 0;
            case "-l" or "--label":
                return TryAdd(Labels, value, needsValue: false);
            case "--label-file":
                return TryAddLabels(value);
            case "--restart":
                return TrySetRestart(value);
            case "--stop-timeout":
                StopTimeout = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds) ? seconds : null;
                return StopTimeout is >= -1;
            case "--stop-signal":
                StopSignal = value;
                return true;
            case "--pull":
                Pull = value;
                return value is "always" or "missing" or "never";
            case "--log-opt":
                return TryAdd(LogOptions, value, needsValue: true);
            case "--log-driver":
                return value == "json-file";
            case "--storage-opt":
                return TryAdd(StorageOptions, value, needsValue: true);
            case "--cidfile":
                IdFile = value;
                return true;
            case "--detach-keys":
                DetachKeys = value;
                return true;
            case "--dns":
                Resolvers.Add(value);
                return true;
            case "-a" or "--attach":
                (Attached ??= []).Add(value.ToLowerInvariant());
                return value.ToLowerInvariant() is "stdin" or "stdout" or "stderr";
            case "--cpu-quota":
                bool isQuota = long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long quota);
                CpuQuota = Math.Max(0, quota);
                return isQuota && (quota is -1 or 0 or >= 1000);
            case "--cpu-period":
                bool isPeriod = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long period);
                CpuPeriod = period;
                return isPeriod && period is 0 or (>= 1000 and <= 1_000_000);
            case "--memory-swap":
                // There is no swap: memory and swap together are memory alone.
                return value == "-1" || Zones.Configuration.Sizes.TryParse(value, out _);
            case "--security-opt":
                // What docker needs to switch off for some programs is not there to be switched off.
                return value is "seccomp=unconfined" or "apparmor=unconfined" or "label=disable" or "seccomp:unconfined" or "apparmor:unconfined" or "label:disable";
            case "--platform":
                Platform = value;
                return ImagePlatform.TryParse(value) is not null;
            default:
                return AttachmentArguments.IsKnown(option) ? Attachment.TryTakeValue(option, value) : Network.TryTakeValue(option, value) || TryTakeResource(option, value);
        }
    }

    private bool TryAddLabels(string file)
    {
        try
        {
            return File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').All(line => TryAdd(Labels, line, needsValue: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryAdd(Dictionary<string, string> to, string text, bool needsValue)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals == 0 || text.Length == 0 || (needsValue && equals < 0))
            return false;
        to[equals < 0 ? text : text[..equals]] = equals < 0 ? "" : text[(equals + 1)..];
        return true;
    }

    private bool TrySetRestart(string text)
    {
        string[] parts = text.Split(':');
        Restart = parts[0];
        int count = 0;
        bool isGood = parts.Length == 1 || (parts.Length == 2 && parts[0] == "on-failure" && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out count));
        RestartCount = count;
        return isGood && Restart is "no" or "on-failure" or "always" or "unless-stopped";
    }
}
