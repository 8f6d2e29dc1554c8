using System.Globalization;
using Zonix.Api.Docker;
using Zonix.Storage;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Api;

/// <summary>Zones as docker shows containers.</summary>
internal static class ContainerShapes
{
    internal static ContainerSummary Summary(ZoneLife zone) => new()
    {
        Id = zone.Id,
        Names = ["/" + zone.Name],
        Image = Image(zone.Configuration),
        ImageID = zone.Configuration.ImageUuid ?? "",
        Command = string.Join(' ', Words(zone.Configuration.Init)),
        Created = zone.Configuration.CreateTimestamp.ToUnixTimeSeconds(),
        Labels = zone.Configuration.Init.Labels ?? new Dictionary<string, string>(),
        State = zone.DockerState,
        Status = Status(zone),
        Ports = PortShapes.Summary(zone),
        Mounts = Mounts(zone.Configuration),
        NetworkSettings = NetworkShapes.Settings(zone),
    };

    /// <summary>The same with what it takes up.</summary>
    internal static ContainerSummary Summary(ZoneLife zone, IReadOnlyDictionary<string, DatasetInfo> datasets)
    {
        DatasetInfo? dataset = zone.Configuration.Dataset is { } name ? datasets.GetValueOrDefault(name) : null;
        return Summary(zone) with { SizeRw = dataset?.Used ?? 0, SizeRootFs = dataset?.Referenced ?? 0 };
    }

    internal static ContainerDetails Details(ZoneLife zone)
    {
        ZoneConfiguration made = zone.Configuration;
        string[] words = Words(made.Init);
        return new ContainerDetails
        {
            Id = zone.Id,
            Created = Answers.Show(made.CreateTimestamp),
            Path = words.FirstOrDefault() ?? "",
            Args = [.. words.Skip(1)],
            State = State(zone),
            Image = made.ImageUuid ?? Image(made),
            LogPath = zone.LogPath,
            Name = "/" + zone.Name,
            RestartCount = zone.Record.RestartCount,
            ExecIDs = zone.Execs.Where(exec => exec.ExitCode is null).Select(exec => exec.Id).ToArray() is { Length: > 0 } ids ? ids : null,
            HostConfig = Host(zone, made),
            Mounts = Mounts(made),
            Config = Config(made),
            NetworkSettings = PortShapes.Add(NetworkShapes.Settings(zone), zone),
            Zonix = new ZoneSummary(made.Uuid, zone.Record.State, made.KernelVersion, made.RootDirectory, made.Dataset),
        };
    }

    private static string Image(ZoneConfiguration zone) => zone.Image ?? zone.RootDirectory ?? "";

    private static string[] Words(ZoneInit init) => [.. init.Entrypoint ?? [], .. init.Cmd ?? []];

    private static ContainerState State(ZoneLife zone)
    {
        string status = zone.DockerState;
        return new ContainerState
        {
            Status = status,
            Running = zone.IsRunning,
            Paused = status == "paused",
            Restarting = status == "restarting",
            OOMKilled = zone.Record.OomKilled,
            Pid = zone.FirstProcess?.Pid ?? 0,
            ExitCode = zone.IsRunning ? 0 : zone.Record.ExitCode,
            Error = zone.Record.Error ?? "",
            StartedAt = Answers.Show(zone.Record.StartedAt),
            FinishedAt = Answers.Show(zone.Record.FinishedAt),
            Health = zone.Health is { } health ? Show(health) : null,
        };
    }

    private static ContainerHealth Show(HealthState health) => new(health.Status, health.FailingStreak, [.. health.Log.Select(one => new HealthResult(
        Answers.Show(one.Start), Answers.Show(one.End), one.ExitCode, one.Output))]);

    private static HealthConfig? Show(ZoneHealthcheck? check) => check is null ? null : new HealthConfig
    {
        Test = check.Test,
        Interval = check.Interval ?? 0,
        Timeout = check.Timeout ?? 0,
        StartPeriod = check.StartPeriod ?? 0,
        StartInterval = check.StartInterval ?? 0,
        Retries = check.Retries ?? 0,
    };

    private static ContainerConfig Config(ZoneConfiguration zone) => new()
    {
        Hostname = zone.Hostname ?? ZoneIdentity.Short(zone.Uuid),
        Domainname = zone.DnsDomain ?? "",
        User = zone.Init.User ?? "",
        Tty = zone.Init.Tty,
        OpenStdin = zone.Init.OpenStdin,
        StdinOnce = zone.Init.StdinOnce,
        Env = zone.Init.Env ?? [],
        Cmd = zone.Init.Cmd,
        Entrypoint = zone.Init.Entrypoint,
        Image = Image(zone),
        WorkingDir = zone.Init.WorkingDir ?? "",
        Labels = zone.Init.Labels ?? new Dictionary<string, string>(),
        StopSignal = zone.Init.StopSignal,
        StopTimeout = zone.Init.StopTimeout,
        Healthcheck = Show(zone.Init.Healthcheck),
    };

    private static HostConfig Host(ZoneLife life, ZoneConfiguration zone)
    {
        ZoneFileSystem[] mounts = [.. zone.Filesystems ?? []];
        return new HostConfig
        {
            Binds = [.. mounts.Where(one => one.Type != "tmpfs" && one.Source is not null).Select(one => string.Join(':', (string[])[one.Source!, one.Target, .. Joined(one.Options)]))],
            Tmpfs = mounts.Where(one => one.Type == "tmpfs").DistinctBy(one => one.Target).ToDictionary(one => one.Target, one => string.Join(',', one.Options ?? [])),
            NetworkMode = NetworkShapes.Mode(life),
            PortBindings = PortShapes.Wanted(zone),
            PublishAllPorts = zone.PublishAllPorts,
            RestartPolicy = new RestartPolicyConfig { Name = zone.RestartPolicy.Name, MaximumRetryCount = zone.RestartPolicy.MaximumRetryCount },
            AutoRemove = zone.AutoRemove,
            ReadonlyRootfs = zone.ReadOnlyRoot,
            Memory = zone.MemoryBytes != 0 ? zone.MemoryBytes : zone.MaxPhysicalMemory << 20,
            NanoCpus = (zone.MilliCpus != 0 ? zone.MilliCpus : zone.CpuCap * 10L) * 1_000_000,
            CpuShares = zone.CpuShares == 1024 ? 0 : zone.CpuShares,
            PidsLimit = zone.MaxLwps == 0 ? null : zone.MaxLwps,
            Init = zone.Init.Init ? true : null,
            Dns = zone.Resolvers,
            DnsSearch = zone.DnsSearch,
            DnsOptions = zone.DnsOptions,
            ExtraHosts = zone.ExtraHosts,
            Ulimits = zone.Ulimits is null ? null : [.. zone.Ulimits.Select(one => new UlimitConfig { Name = one.Name, Soft = one.Soft, Hard = one.Hard })],
            CapAdd = zone.CapAdd,
            CapDrop = zone.CapDrop,
            ShmSize = zone.ShmSize,
            LogConfig = new LogConfig
            {
                Type = "json-file",
                Config = new Dictionary<string, string>
                {
                    ["max-size"] = zone.Log.MaxSize.ToString(CultureInfo.InvariantCulture),
                    ["max-file"] = zone.Log.MaxFile.ToString(CultureInfo.InvariantCulture),
                },
            },
        };
    }

    private static IEnumerable<string> Joined(IReadOnlyList<string>? options) => options is { Count: > 0 } ? [string.Join(',', options)] : [];

    private static List<MountPoint> Mounts(ZoneConfiguration zone) => [.. (zone.Filesystems ?? []).Select(Mount)];

    private static MountPoint Mount(ZoneFileSystem one)
    {
        bool isVolume = one.Type == ZoneFileSystem.Volume;
        return new MountPoint(
            one.Type == "lofs" ? "bind" : one.Type, isVolume ? "" : one.Source ?? "", one.Target, string.Join(',', one.Options ?? []), !ZoneMounts.IsReadOnly(one),
            isVolume ? "" : "rprivate", isVolume ? one.Source : null);
    }

    private static string Status(ZoneLife zone)
    {
        ZoneRecord record = zone.Record;
        return zone.DockerState switch
        {
            "running" => $"Up {Age(record.StartedAt)}{Health(zone)}",
            "paused" => $"Up {Age(record.StartedAt)} (Paused)",
            "restarting" => $"Restarting ({record.ExitCode}) {Age(record.FinishedAt)} ago",
            "exited" => $"Exited ({record.ExitCode}) {Age(record.FinishedAt)} ago",
            _ => "Created",
        };
    }

    private static string Health(ZoneLife zone) => zone.Health?.Status switch
    {
        null => "",
        "starting" => " (health: starting)",
        var status => $" ({status})",
    };

    private static string Age(DateTimeOffset? since) => Ages.Show(since ?? DateTimeOffset.UtcNow);
}
