using System.Globalization;
using Zonix.Api.Docker;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>Docker's requests as configurations of zones.</summary>
internal static class ContainerRequests
{
    private const long NanosPerMilli = 1_000_000, UsualPeriodUs = 100_000;

    internal static ZoneConfiguration Read(CreateRequest request, string? name, List<string> warnings)
    {
        HostConfig host = request.HostConfig ?? new HostConfig();
        ZonixConfig zonix = request.Zonix ?? new ZonixConfig();
        if (host.Init == true)
            throw new ZoneException(ZoneError.Invalid, "Init: there is no init program of the machine's own yet; use an image that has one (tini) as its entrypoint");
        if (host.PortBindings is { Count: > 0 })
            warnings.Add("Published ports have no effect: zones have a loopback only so far.");
        if (host.Privileged)
            warnings.Add("Privileged has no effect: root of a zone has all capabilities in it, and none outside.");
        return new ZoneConfiguration
        {
            Alias = string.IsNullOrEmpty(name) ? null : name.TrimStart('/'),
            Image = zonix.RootDirectory is null ? request.Image : null,
            RootDirectory = zonix.RootDirectory,
            KernelVersion = zonix.KernelVersion,
            LargeWindows = zonix.LargeWindows,
            Autoboot = zonix.Autoboot,
            Hostname = string.IsNullOrEmpty(request.Hostname) ? null : request.Hostname,
            DnsDomain = string.IsNullOrEmpty(request.Domainname) ? null : request.Domainname,
            Resolvers = host.Dns is { Count: > 0 } ? host.Dns : null,
            Nics = NetworkShapes.Nics(request),
            MemoryBytes = host.Memory,
            MilliCpus = MilliCpus(host.NanoCpus, host.CpuQuota, host.CpuPeriod),
            CpuShares = host.CpuShares > 0 ? (int)Math.Min(host.CpuShares, int.MaxValue) : 1024,
            MaxLwps = Math.Max(host.PidsLimit ?? 0, 0),
            Filesystems = [.. FileSystems(request, host)],
            ReadOnlyRoot = host.ReadonlyRootfs,
            AutoRemove = host.AutoRemove,
            Quota = Quota(host),
            RestartPolicy = Policy(host.RestartPolicy),
            Log = Limits(host.LogConfig),
            Init = Init(request),
        };
    }

    internal static ZoneConfiguration Update(ZoneConfiguration old, UpdateRequest request) => old with
    {
        MemoryBytes = request.Memory is > 0 and { } memory ? memory : old.MemoryBytes,
        MilliCpus = MilliCpus(request.NanoCpus ?? 0, request.CpuQuota ?? 0, request.CpuPeriod ?? 0) is > 0 and var cpus ? cpus : old.MilliCpus,
        CpuShares = request.CpuShares is > 0 and { } shares ? (int)Math.Min(shares, int.MaxValue) : old.CpuShares,
        MaxLwps = request.PidsLimit is { } limit and not 0 ? Math.Max(limit, 0) : old.MaxLwps,
        RestartPolicy = request.RestartPolicy is { Name.Length: > 0 } ? Policy(request.RestartPolicy) : old.RestartPolicy,
    };

    private static ZoneInit Init(CreateRequest request) => new()
    {
        Cmd = request.Cmd,
        Entrypoint = request.Entrypoint is [""] ? [] : request.Entrypoint,
        Env = request.Env,
        WorkingDir = string.IsNullOrEmpty(request.WorkingDir) ? null : request.WorkingDir,
        User = string.IsNullOrEmpty(request.User) ? null : request.User,
        Tty = request.Tty,
        OpenStdin = request.OpenStdin,
        StdinOnce = request.StdinOnce,
        StopSignal = string.IsNullOrEmpty(request.StopSignal) ? null : request.StopSignal,
        StopTimeout = request.StopTimeout,
        Labels = request.Labels is { Count: > 0 } ? request.Labels : null,
    };

    private static int MilliCpus(long nanos, long quota, long period)
    {
        if (nanos > 0)
            return (int)Math.Min(nanos / NanosPerMilli, int.MaxValue);
        return quota > 0 ? (int)Math.Min(quota * 1000 / (period > 0 ? period : UsualPeriodUs), int.MaxValue) : 0;
    }

    private static RestartPolicy Policy(RestartPolicyConfig? policy) => policy is not { Name.Length: > 0 }
        ? new RestartPolicy()
        : new RestartPolicy { Name = policy.Name, MaximumRetryCount = policy.MaximumRetryCount };

    private static IEnumerable<ZoneFileSystem> FileSystems(CreateRequest request, HostConfig host)
    {
        if (request.Volumes is { Count: > 0 })
            throw new ZoneException(ZoneError.Invalid, "Volumes: volumes without a folder of the host are not supported yet; name one, as FROM:TO");
        foreach (string bind in host.Binds ?? [])
        {
            string[] parts = bind.Split(':');
            if (parts.Length is < 2 or > 3 || !parts[0].StartsWith('/'))
                throw new ZoneException(ZoneError.Invalid, $"Binds: \"{bind}\": expected FROM:TO or FROM:TO:ro, with an absolute FROM; named volumes are not supported yet");
            string[] options = parts.Length == 3 ? [.. parts[2].Split(',').Where(one => one is not ("z" or "Z" or "rprivate" or "private"))] : [];
            yield return new ZoneFileSystem { Type = "lofs", Source = parts[0], Target = parts[1], Options = options };
        }

        foreach ((string target, string options) in host.Tmpfs ?? new Dictionary<string, string>())
            yield return new ZoneFileSystem { Type = "tmpfs", Target = target, Options = options.Split(',', StringSplitOptions.RemoveEmptyEntries) };
        foreach (MountRequest mount in host.Mounts ?? [])
            yield return Mount(mount);
    }

    private static ZoneFileSystem Mount(MountRequest mount)
    {
        var options = new List<string>();
        if (mount.ReadOnly)
            options.Add("ro");
        if (mount.TmpfsOptions is { SizeBytes: > 0 and var size })
            options.Add(string.Create(CultureInfo.InvariantCulture, $"size={size}"));
        if (mount.TmpfsOptions is { Mode: > 0 and var mode })
            options.Add("mode=" + Convert.ToString(mode, 8));
        string type = mount.Type switch
        {
            "bind" => "lofs",
            "tmpfs" => "tmpfs",
            _ => throw new ZoneException(ZoneError.Invalid, $"Mounts.Type: \"{mount.Type}\": expected bind or tmpfs"),
        };
        return new ZoneFileSystem { Type = type, Source = type == "lofs" ? mount.Source : null, Target = mount.Target ?? "", Options = options };
    }

    // --storage-opt size=10G
    private static long Quota(HostConfig host)
    {
        if (host.StorageOpt is null || !host.StorageOpt.TryGetValue("size", out string? text))
            return 0;
        return Sizes.TryParse(text, out long bytes) && bytes >= 1 << 30
            ? bytes >> 30
            : throw new ZoneException(ZoneError.Invalid, $"StorageOpt.size: \"{text}\": expected a size of at least 1G");
    }

    private static LogLimits Limits(LogConfig? log)
    {
        var limits = new LogLimits();
        if (log?.Type is { Length: > 0 } and not "json-file")
            throw new ZoneException(ZoneError.Invalid, $"LogConfig.Type: \"{log.Type}\": expected json-file");
        foreach ((string name, string value) in log?.Config ?? new Dictionary<string, string>())
        {
            if (name == "max-size" && Sizes.TryParse(value, out long size))
                limits = limits with { MaxSize = size };
            else if (name == "max-file" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int files))
                limits = limits with { MaxFile = files };
            else
                throw new ZoneException(ZoneError.Invalid, $"LogConfig.Config: \"{name}={value}\": expected max-size=SIZE or max-file=NUMBER");
        }

        return limits;
    }
}
