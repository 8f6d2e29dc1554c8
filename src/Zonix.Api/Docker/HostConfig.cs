namespace Zonix.Api.Docker;

/// <summary>How a container runs. Docker Engine API, HostConfig.</summary>
public sealed record HostConfig
{
    public IReadOnlyList<string>? Binds { get; init; }
    public IReadOnlyList<MountRequest>? Mounts { get; init; }
    public IReadOnlyDictionary<string, string>? Tmpfs { get; init; }
    public LogConfig? LogConfig { get; init; }
    public string? NetworkMode { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<PortBindingItem>?>? PortBindings { get; init; }
    public bool PublishAllPorts { get; init; }
    public RestartPolicyConfig? RestartPolicy { get; init; }
    public bool AutoRemove { get; init; }
    public bool Privileged { get; init; }
    public bool ReadonlyRootfs { get; init; }
    public bool? Init { get; init; }
    public long Memory { get; init; }
    public long NanoCpus { get; init; }
    public long CpuShares { get; init; }
    public long CpuQuota { get; init; }
    public long CpuPeriod { get; init; }
    public long? PidsLimit { get; init; }
    public IReadOnlyList<string>? Dns { get; init; }
    public IReadOnlyList<string>? DnsSearch { get; init; }
    public IReadOnlyList<string>? DnsOptions { get; init; }
    public IReadOnlyList<string>? ExtraHosts { get; init; }
    public IReadOnlyList<UlimitConfig>? Ulimits { get; init; }
    public IReadOnlyList<string>? CapAdd { get; init; }
    public IReadOnlyList<string>? CapDrop { get; init; }
    public long ShmSize { get; init; }
    public IReadOnlyDictionary<string, string>? StorageOpt { get; init; }
}
