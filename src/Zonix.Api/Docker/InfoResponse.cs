namespace Zonix.Api.Docker;

/// <summary>Docker Engine API, GET /info.</summary>
public sealed record InfoResponse
{
    public string ID { get; set; } = "";
    public string Name { get; set; } = "";
    public int Containers { get; init; }
    public int ContainersRunning { get; init; }
    public int ContainersPaused { get; init; }
    public int ContainersStopped { get; init; }
    public int Images { get; init; }
    public string Driver { get; set; } = "zonix";
    public string OperatingSystem { get; set; } = "Zonix";
    public string OSType { get; set; } = "linux";
    public string Architecture { get; set; } = "x86_64";
    public string KernelVersion { get; set; } = "";
    public string ServerVersion { get; set; } = "";
    public string DockerRootDir { get; set; } = "";
    public string LoggingDriver { get; set; } = "json-file";
    public string CgroupVersion { get; set; } = "2";
    public string CgroupDriver { get; set; } = "cgroupfs";
    public int NCPU { get; init; }
    public long MemTotal { get; init; }
    public bool MemoryLimit { get; set; } = true;
    public bool CPUShares { get; set; } = true;
    public bool CpuCfsQuota { get; set; } = true;
    public bool PidsLimit { get; set; } = true;
    public string SystemTime { get; set; } = "";
    public IReadOnlyList<string> Warnings { get; set; } = [];
}
