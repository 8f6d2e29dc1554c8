namespace Zonix.Network.Policy;

/// <summary>
/// What a zone may reach by its networks, and how much of it. Where <see cref="Allow"/> says something, nothing else may be reached; what
/// <see cref="Deny"/> says may never be reached. The zone itself, and the names of its networks, can always be reached.
/// </summary>
public sealed record NetworkPolicy
{
    /// <summary>Flows that a zone may have open at a time when nothing is said: what a host lets one process have is not without end.</summary>
    public const int UsualFlows = 8192;

    /// <summary>Everything, without limits but that of flows. What docker's users expect.</summary>
    public static NetworkPolicy Open { get; } = new();

    /// <summary>What may be reached; empty: everything.</summary>
    public IReadOnlyList<NetworkRule> Allow { get; init; } = [];

    /// <summary>What may not be reached.</summary>
    public IReadOnlyList<NetworkRule> Deny { get; init; } = [];

    /// <summary>Bytes per second, each way, between the zone and what is beyond the machine; 0: any.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>New flows per second beyond the machine, either way; 0: any.</summary>
    public int FlowsPerSecond { get; init; }

    /// <summary>Flows beyond the machine that may be open at a time.</summary>
    public int OpenFlows { get; init; } = UsualFlows;

    /// <summary>Whether something is forbidden.</summary>
    internal bool HasRules => Allow.Count > 0 || Deny.Count > 0;
}
