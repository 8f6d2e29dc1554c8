namespace Zonix.Api.Docker;

/// <summary>What became of a container. Docker Engine API, State.</summary>
public sealed record ContainerState
{
    public string Status { get; set; } = "";
    public bool Running { get; init; }
    public bool Paused { get; init; }
    public bool Restarting { get; init; }
    public bool OOMKilled { get; init; }
    public bool Dead { get; init; }
    public int Pid { get; init; }
    public int ExitCode { get; init; }
    public string Error { get; set; } = "";
    public string StartedAt { get; set; } = "";
    public string FinishedAt { get; set; } = "";
    public ContainerHealth? Health { get; init; }
}
