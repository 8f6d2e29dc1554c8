namespace Zonix.Kernel.Tasks;

/// <summary>What uname(2) says. The release is the Linux version whose behaviour guests may expect.</summary>
public sealed record SystemIdentity
{
    /// <summary>The host's name.</summary>
    public string HostName { get; init; } = "zonix";

    /// <summary>The NIS domain.</summary>
    public string DomainName { get; init; } = "(none)";

    /// <summary>The release.</summary>
    public string Release { get; init; } = "6.1.0-zonix";

    /// <summary>The version.</summary>
    public string Version { get; init; } = "#1 SMP PREEMPT Zonix";
}
