namespace Zonix.Kernel.Tasks;

/// <summary>What uname(2) says of the machine; names are a zone's own. The release is the Linux version whose behaviour guests may expect.</summary>
public sealed record SystemIdentity
{
    /// <summary>The release.</summary>
    public string Release { get; init; } = "6.1.0-zonix";

    /// <summary>The version.</summary>
    public string Version { get; init; } = "#1 SMP PREEMPT Zonix";
}
