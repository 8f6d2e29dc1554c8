using System.Globalization;
using Zonix.Api.Docker;
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
        Mounts = Mounts(zone.Configuration),
        NetworkSettings = NetworkShapes.Settings(zone),
    };

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
            NetworkSettings = NetworkShapes.Settings(zone),
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
        };
    }

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
    };

    private static HostConfig Host(ZoneLife life, ZoneConfiguration zone)
    {
        ZoneFileSystem[] mounts = [.. zone.Filesystems ?? []];
        return new HostConfig
        {
            Binds = [.. mounts.Where(one => one.Type == "lofs").Select(one => string.Join(':', (string[])[one.Source!, one.Target, .. Joined(one.Options)]))],
            Tmpfs = mounts.Where(one => one.Type == "tmpfs").DistinctBy(one => one.Target).ToDictionary(one => one.Target, one => string.Join(',', one.Options ?? [])),
            NetworkMode = NetworkShapes.Mode(life),
            RestartPolicy = new RestartPolicyConfig { Name = zone.RestartPolicy.Name, MaximumRetryCount = zone.RestartPolicy.MaximumRetryCount },
            AutoRemove = zone.AutoRemove,
            ReadonlyRootfs = zone.ReadOnlyRoot,
            Memory = zone.MemoryBytes != 0 ? zone.MemoryBytes : zone.MaxPhysicalMemory << 20,
            NanoCpus = (zone.MilliCpus != 0 ? zone.MilliCpus : zone.CpuCap * 10L) * 1_000_000,
            CpuShares = zone.CpuShares == 1024 ? 0 : zone.CpuShares,
            PidsLimit = zone.MaxLwps == 0 ? null : zone.MaxLwps,
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

    private static List<MountPoint> Mounts(ZoneConfiguration zone) =>
        [.. (zone.Filesystems ?? []).Select(one => new MountPoint(
            one.Type == "lofs" ? "bind" : "tmpfs", one.Source ?? "", one.Target, string.Join(',', one.Options ?? []), !(one.Options ?? []).Contains("ro"), "rprivate"))];

    private static string Status(ZoneLife zone)
    {
        ZoneRecord record = zone.Record;
        return zone.DockerState switch
        {
            "running" => $"Up {Age(record.StartedAt)}",
            "paused" => $"Up {Age(record.StartedAt)} (Paused)",
            "restarting" => $"Restarting ({record.ExitCode}) {Age(record.FinishedAt)} ago",
            "exited" => $"Exited ({record.ExitCode}) {Age(record.FinishedAt)} ago",
            _ => "Created",
        };
    }

    private static string Age(DateTimeOffset? since) => Ages.Show(since ?? DateTimeOffset.UtcNow);
}
