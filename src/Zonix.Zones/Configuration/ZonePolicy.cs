using System.Globalization;
using System.Text.Json.Serialization;
using Zonix.Network.Policy;
using Zonix.Zones.Life;

namespace Zonix.Zones.Configuration;

/// <summary>What a zone may reach by its networks, and how much of it; null: everything, as docker's users expect.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ZonePolicy
{
    /// <summary>What it may reach, and then nothing else. <see cref="NetworkRule.Grammar"/>.</summary>
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>What it may not reach, whatever else is allowed.</summary>
    public IReadOnlyList<string>? Deny { get; init; }

    /// <summary>Bytes per second, each way, between it and what is beyond the machine, as 10m; null: any.</summary>
    public string? Rate { get; init; }

    /// <summary>New connections and flows per second beyond the machine; 0: any.</summary>
    public int ConnectionRate { get; init; }

    /// <summary>Connections and flows beyond the machine that may be open at a time; 0: the usual number.</summary>
    public int MaxConnections { get; init; }

    /// <summary>The same for the kernel.</summary>
    /// <exception cref="ZoneException">A field is not as it must be.</exception>
    public NetworkPolicy Read() => new()
    {
        Allow = Rules("allow", Allow),
        Deny = Rules("deny", Deny),
        BytesPerSecond = Rate is null ? 0 : Sizes.TryParse(Rate, out long rate) && rate >= 1024 ? rate : throw Invalid("rate", Rate, "bytes per second, at least 1k"),
        FlowsPerSecond = ConnectionRate >= 0 ? ConnectionRate : throw Invalid("connection_rate", Text(ConnectionRate), "a number of connections per second, 0 for any"),
        OpenFlows = MaxConnections switch
        {
            0 => NetworkPolicy.UsualFlows,
            > 0 => MaxConnections,
            _ => throw Invalid("max_connections", Text(MaxConnections), "a number of connections, 0 for the usual one"),
        },
    };

    private static NetworkRule[] Rules(string field, IReadOnlyList<string>? texts) =>
        [.. (texts ?? []).Select(text => NetworkRule.TryParse(text, out NetworkRule rule) ? rule : throw Invalid(field, text, NetworkRule.Grammar))];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static ZoneException Invalid(string field, string value, string expected) =>
        new(ZoneError.Invalid, $"network_policy.{field}: \"{value}\": expected {expected}");
}
