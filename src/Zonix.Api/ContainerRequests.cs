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
            DnsSearch = host.DnsSearch is { Count: > 0 } ? host.DnsSearch : null,
            DnsOptions = host.DnsOptions is { Count: > 0 } ? host.DnsOptions : null,
            ExtraHosts = host.ExtraHosts is { Count: > 0 } ? host.ExtraHosts : null,
            Ulimits = host.Ulimits is { Count: > 0 } limits ? [.. limits.Select(one => new ZoneUlimit { Name = one.Name ?? "", Soft = one.Soft, Hard = one.Hard })] : null,

            // Root of a zone has all capabilities in it, and none outside: that is what privileged means here, but for what is dropped.
            CapDrop = !host.Privileged && host.CapDrop is { Count: > 0 } ? host.CapDrop : null,
            CapAdd = host.CapAdd is { Count: > 0 } ? host.CapAdd : null,
            ShmSize = host.ShmSize,
            Ports = PortShapes.Read(host.PortBindings),
            ExposedPorts = request.ExposedPorts is { Count: > 0 } exposed ? [.. exposed.Keys] : null,
            PublishAllPorts = host.PublishAllPorts,
            NetworkPolicy = zonix.NetworkPolicy,
            MemoryBytes = host.Memory,
            MilliCpus = MilliCpus(host.NanoCpus, host.CpuQuota, host.CpuPeriod),
            CpuShares = host.CpuShares > 0 ? (int)Math.Min(host.CpuShares, int.MaxValue) : 1024,
            MaxLwps = Math.Max(host.PidsLimit ?? 0, 0),
            Filesystems = [.. ContainerMounts.Read(request, host)],
            ReadOnlyRoot = host.ReadonlyRootfs,
            AutoRemove = host.AutoRemove,
            Quota = Quota(host),
            RestartPolicy = Policy(host.RestartPolicy),
            Log = Limits(host.LogConfig),
            Init = Init(request, host.Init == true),
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

    private static ZoneInit Init(CreateRequest request, bool hasInit) => new()
    {
        Init = hasInit,
        Healthcheck = Health(request.Healthcheck),
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

    private static ZoneHealthcheck? Health(HealthConfig? check) => check is null ? null : new ZoneHealthcheck
    {
        Test = check.Test is { Count: > 0 } ? check.Test : null,
        Interval = Given(check.Interval),
        Timeout = Given(check.Timeout),
        StartPeriod = Given(check.StartPeriod),
        StartInterval = Given(check.StartInterval),
        Retries = check.Retries > 0 ? check.Retries : null,
    };

    private static long? Given(long time) => time == 0 ? null : time;

    private static int MilliCpus(long nanos, long quota, long period)
    {
        if (nanos > 0)
            return (int)Math.Min(nanos / NanosPerMilli, int.MaxValue);
        return quota > 0 ? (int)Math.Min(quota * 1000 / (period > 0 ? period : UsualPeriodUs), int.MaxValue) : 0;
    }

    private static RestartPolicy Policy(RestartPolicyConfig? policy) => policy is not { Name.Length: > 0 }
        ? new RestartPolicy()
        : new RestartPolicy { Name = policy.Name, MaximumRetryCount = policy.MaximumRetryCount };

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
