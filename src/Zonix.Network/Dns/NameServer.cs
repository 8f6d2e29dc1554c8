using System.Globalization;
using Zonix.Host.Files;
using Zonix.Kernel.Tasks;
using Zonix.Network.Fabric;
using Zonix.Network.Gateways;

namespace Zonix.Network.Dns;

/// <summary>
/// The name server at the gateway's address. It knows the names of the zones of the asker's network and those of the host; other
/// questions it passes on, as they are, to the zone's or the host's name servers. Any thread; it never waits.
/// </summary>
internal sealed class NameServer(KernelMachine kernel, IReadinessSource readiness, GatewayOptions options)
{
    private const ushort NamePort = 53;
    private const int UsualHops = 64, MostExchanges = 512;
    private const string OwnDomain = "zonix.internal", HostName = "host.zonix.internal";
    private readonly HostResolvers host = new(options.ResolverFile);
    private int exchanges;

    /// <summary>Answers a datagram.</summary>
    internal void Ask(NetworkPort from, in DatagramHead head, ReadOnlySpan<byte> message)
    {
        var back = new DatagramHead(head.To, NamePort, head.From, head.FromPort, UsualHops, 0);
        Ask(from, message, isStream: false, answer => from.Stack.ReceiveDatagram(from, back, answer));
    }

    /// <summary>Answers a message: once, now or later, or never when it is no question.</summary>
    /// <returns>Whether there will be an answer.</returns>
    internal bool Ask(NetworkPort from, ReadOnlySpan<byte> message, bool isStream, Action<byte[]> reply)
    {
        if (!DnsQuery.TryRead(message, out DnsQuery query, out DnsCode code))
        {
            if (code == DnsCode.NoError)
                return false;
            reply(DnsAnswer.Write(message, query, code));
            return true;
        }
        if (Local(from.Network, query) is { } known)
        {
            int limit = isStream ? DnsAnswer.LargestSize : Math.Max(DnsAnswer.UsualSize, (int)query.PayloadSize);
            reply(DnsAnswer.Write(message, query, known.Code, isOurs: true, known.Records, limit));
            return true;
        }
        PassOn(from, message.ToArray(), query, isStream, reply);
        return true;
    }

    private void PassOn(NetworkPort from, byte[] message, DnsQuery query, bool isStream, Action<byte[]> reply)
    {
        IReadOnlyList<IpAddress> servers = from.Stack.Access.Resolvers is { Count: > 0 } own ? own : host.Servers;
        servers = [.. servers.Where(server => !from.Network.IsInternal && from.Stack.Access.PermitsNames(from, server))];
        if (servers.Count == 0)
        {
            reply(DnsAnswer.Write(message, query, DnsCode.Refused));
            return;
        }
        if (Interlocked.Increment(ref exchanges) > MostExchanges)
        {
            Interlocked.Decrement(ref exchanges);
            reply(DnsAnswer.Write(message, query, DnsCode.ServerFailure));
            return;
        }
        var exchange = new NameExchange(kernel, readiness, servers, options.ResolverPort, message, query, isStream, answer =>
        {
            Interlocked.Decrement(ref exchanges);
            reply(answer is null ? DnsAnswer.Write(message, query, DnsCode.ServerFailure) : isStream ? answer : DnsAnswer.Fit(answer, message, query));
        });
        exchange.Start();
    }

    // What is known here; null: another is to be asked.
    private static (DnsCode Code, IReadOnlyList<(ushort Type, byte[] Data)> Records)? Local(ZoneNetwork network, in DnsQuery query)
    {
        if (query.Class != DnsType.ClassInternet)
            return null;
        if (query.Name.EndsWith(".arpa", StringComparison.Ordinal))
            return Reverse(network, query);
        if (Addresses(network, query.Name) is not { } addresses)
            return query.Name == OwnDomain || query.Name.EndsWith("." + OwnDomain, StringComparison.Ordinal) ? (DnsCode.NameError, []) : null;
        List<(ushort, byte[])> records = [];
        foreach (IpAddress address in addresses)
        {
            ushort type = address.IsV4 ? DnsType.A : DnsType.AAAA;
            if (query.Type != type && query.Type != DnsType.ANY)
                continue;
            byte[] data = new byte[address.IsV4 ? 4 : 16];
            if (address.IsV4)
                address.WriteV4(data);
            else
                address.WriteV6(data);
            records.Add((type, data));
        }
        return (DnsCode.NoError, records);
    }

    private static IReadOnlyList<IpAddress>? Addresses(ZoneNetwork network, string name)
    {
        if (name is HostName or "host.docker.internal" or "gateway.docker.internal")
            return [.. Gateways(network)];
        if (name == "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal))
            return [IpAddress.Loopback, IpAddress.LoopbackV6];
        IReadOnlyList<IpAddress> found = network.Resolve(name);
        string domain = "." + network.Name;
        if (found.Count == 0 && name.EndsWith(domain, StringComparison.OrdinalIgnoreCase))
            found = network.Resolve(name[..^domain.Length]);
        return found.Count > 0 ? found : null;
    }

    private static (DnsCode Code, IReadOnlyList<(ushort Type, byte[] Data)> Records)? Reverse(ZoneNetwork network, in DnsQuery query)
    {
        if (!TryReadReverse(query.Name, out IpAddress address) || !network.Contains(address))
            return null;
        string? name = network.IsGateway(address) ? HostName : network.NameOf(address) is { } known ? $"{known}.{network.Name}" : null;
        if (name is null)
            return (DnsCode.NameError, []);
        return (DnsCode.NoError, query.Type is DnsType.PTR or DnsType.ANY ? [(DnsType.PTR, DnsAnswer.NameData(name))] : []);
    }

    private static IEnumerable<IpAddress> Gateways(ZoneNetwork network)
    {
        if (network.V4 is { Gateway.IsAny: false } v4)
            yield return v4.Gateway;
        if (network.V6 is { Gateway.IsAny: false } v6)
            yield return v6.Gateway;
    }

    /// <summary>The address that a name of in-addr.arpa or ip6.arpa stands for. RFC 1035, RFC 3596.</summary>
    internal static bool TryReadReverse(string name, out IpAddress address)
    {
        address = default;
        string[] labels = name.Split('.');
        if (labels is [.. { Length: 4 } bytes, "in-addr", "arpa"])
        {
            uint bits = 0;
            for (int i = 3; i >= 0; i--)
            {
                if (!byte.TryParse(bytes[i], NumberStyles.None, CultureInfo.InvariantCulture, out byte part))
                    return false;
                bits = (bits << 8) | part;
            }
            address = IpAddress.V4(bits);
            return true;
        }
        if (labels is not [.. { Length: 32 } digits, "ip6", "arpa"])
            return false;
        UInt128 all = 0;
        for (int i = 31; i >= 0; i--)
        {
            if (digits[i] is not [var digit] || !char.IsAsciiHexDigit(digit))
                return false;
            all = (all << 4) | (uint)Convert.ToInt32(digits[i], 16);
        }
        address = new IpAddress(all);
        return true;
    }
}
