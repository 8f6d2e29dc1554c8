namespace Zonix.Api.Docker;

/// <summary>Docker Engine API, GET /info.</summary>
public sealed record InfoResponse
{
    public string ID { get; init; } = "";
    public string Name { get; init; } = "";
    public int Containers { get; init; }
    public int ContainersRunning { get; init; }
    public int ContainersPaused { get; init; }
    public int ContainersStopped { get; init; }
    public int Images { get; init; }
    public string Driver { get; init; } = "zonix";
    public string OperatingSystem { get; init; } = "Zonix";
    public string OSType { get; init; } = "linux";
    public string Architecture { get; init; } = "x86_64";
    public string KernelVersion { get; init; } = "";
    public string ServerVersion { get; init; } = "";
    public string DockerRootDir { get; init; } = "";
    public string LoggingDriver { get; init; } = "json-file";
    public string CgroupVersion { get; init; } = "2";
    public string CgroupDriver { get; init; } = "cgroupfs";
    public int NCPU { get; init; }
    public long MemTotal { get; init; }
    public bool MemoryLimit { get; init; } = true;
    public bool CPUShares { get; init; } = true;
    public bool CpuCfsQuota { get; init; } = true;
    public bool PidsLimit { get; init; } = true;
    public string SystemTime { get; init; } = "";
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
