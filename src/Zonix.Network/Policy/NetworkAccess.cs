using Zonix.Kernel.Time;
using Zonix.Network.Fabric;

namespace Zonix.Network.Policy;

/// <summary>What a zone is let do with what is beyond it, and what it has done of that. Any thread.</summary>
public sealed class NetworkAccess
{
    private readonly Clock clock;
    private readonly RateLimit opened, sent, received;
    private int open;

    /// <summary>For a zone; <paramref name="resolvers"/> are the name servers that its questions go to, none: the host's.</summary>
    public NetworkAccess(Clock clock, NetworkPolicy policy, IReadOnlyList<IpAddress>? resolvers = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        this.clock = clock;
        Policy = policy;
        Resolvers = resolvers ?? [];
        opened = new RateLimit(policy.FlowsPerSecond, Math.Max(1, policy.FlowsPerSecond));
        sent = new RateLimit(policy.BytesPerSecond, BurstOf(policy.BytesPerSecond));
        received = new RateLimit(policy.BytesPerSecond, BurstOf(policy.BytesPerSecond));
    }

    /// <summary>What it is allowed.</summary>
    public NetworkPolicy Policy { get; }

    /// <summary>The name servers that its questions are passed on to; none: the host's.</summary>
    public IReadOnlyList<IpAddress> Resolvers { get; }

    /// <summary>Flows beyond the machine that are open.</summary>
    public int OpenFlows => Volatile.Read(ref open);

    /// <summary>Whether the zone may reach a port (0: there is none) of an address by a protocol's number, over one of its places on networks.</summary>
    internal bool Permits(NetworkPort by, int protocol, IpAddress to, ushort port)
    {
        if (!Policy.HasRules)
            return true;
        IpAddress behind = KnownNetworks.Behind(to);
        foreach (NetworkRule rule in Policy.Deny)
        {
            if (rule.Covers(protocol, port) && (IsAt(rule, by, to) || (behind != to && IsAt(rule, by, behind))))
                return false;
        }
        if (Policy.Allow.Count == 0)
            return true;
        foreach (NetworkRule rule in Policy.Allow)
        {
            if (rule.Covers(protocol, port) && IsAt(rule, by, to))
                return true;
        }
        return false;
    }

    /// <summary>Whether questions for names beyond the network are passed on to a server.</summary>
    internal bool PermitsNames(NetworkPort by, IpAddress server)
    {
        const int Udp = 17;
        const ushort NamePort = 53;
        if (!Policy.HasRules)
            return true;
        foreach (NetworkRule rule in Policy.Deny)
        {
            if (rule.Place is RulePlace.Names || (rule.Place == RulePlace.All && rule.Covers(Udp, NamePort)))
                return false;
        }
        if (Policy.Allow.Count == 0)
            return true;
        foreach (NetworkRule rule in Policy.Allow)
        {
            if (rule.Place == RulePlace.Names || (rule.Covers(Udp, NamePort) && IsAt(rule, by, server)))
                return true;
        }
        return false;
    }

    /// <summary>A flow is to be opened: false when there are too many, or came too fast. Otherwise <see cref="Closed"/> is called in the end.</summary>
    /// <param name="longestNs">How long it could wait before it is opened.</param>
    /// <param name="delayNs">How long it is to wait.</param>
    internal bool Opens(long longestNs, out long delayNs)
    {
        delayNs = 0;
        if (Interlocked.Increment(ref open) > Policy.OpenFlows)
        {
            Interlocked.Decrement(ref open);
            return false;
        }
        delayNs = opened.Charge(1, clock.MonotonicNs, longestNs);
        if (delayNs >= 0)
            return true;
        Closed();
        return false;
    }

    /// <summary>A flow that was opened is closed.</summary>
    internal void Closed() => Interlocked.Decrement(ref open);

    /// <summary>Bytes go out, or come in: how long to wait before there may be more; -1: longer than <paramref name="longestNs"/>, they do not count.</summary>
    internal long Charge(long bytes, bool isSent, long longestNs = long.MaxValue) =>
        Policy.BytesPerSecond == 0 ? 0 : (isSent ? sent : received).Charge(bytes, clock.MonotonicNs, longestNs);

    private static bool IsAt(in NetworkRule rule, NetworkPort by, IpAddress to) => rule.Place switch
    {
        RulePlace.Addresses => to.IsIn(rule.Network, rule.Prefix),
        RulePlace.All => true,
        RulePlace.Host => IsHost(by, to),
        RulePlace.Private => IsPrivate(by, to),
        RulePlace.Internet => !IsPrivate(by, to) && !IsPrivate(by, KnownNetworks.Behind(to)),
        RulePlace.Network => by.Network.Contains(to) && !by.Network.IsGateway(to),
        _ => false,
    };

    private static bool IsPrivate(NetworkPort by, IpAddress to) => KnownNetworks.IsPrivate(to) || by.Network.Contains(to) || IsHost(by, to);

    private static bool IsHost(NetworkPort by, IpAddress to) => by.Network.IsGateway(to) || KnownNetworks.IsHosts(to);

    // A tenth of a second's worth, and no less than a few packets.
    private static long BurstOf(long bytesPerSecond) => Math.Max(64 * 1024, bytesPerSecond / 10);
}
