namespace Zonix.Api.Docker;

/// <summary>A further program. Docker Engine API, GET /exec/{id}/json.</summary>
public sealed record ExecDetails
{
    public required string ID { get; init; }
    public bool Running { get; init; }
    public int? ExitCode { get; init; }
    public int Pid { get; init; }
    public bool OpenStdin { get; init; }
    public bool OpenStdout { get; set; } = true;
    public bool OpenStderr { get; set; } = true;
    public string ContainerID { get; set; } = "";
    public required ExecProcessConfig ProcessConfig { get; init; }
}
