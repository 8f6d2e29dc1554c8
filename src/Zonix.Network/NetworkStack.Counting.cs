using Zonix.Network.Tcp;

namespace Zonix.Network;

/// <content>What its protocols have counted.</content>
public sealed partial class NetworkStack
{
    /// <summary>Counts what happens; connections count their bytes themselves until they end.</summary>
    internal ProtocolCounters Counts { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> ProtocolCounts
    {
        get
        {
            var open = new ProtocolCounters();
            int established = 0;
            foreach (InetSocket one in Tcp.Snapshot())
            {
                if (one is not TcpSocket socket)
                    continue;
                socket.CountInto(open);
                if (socket.IsEstablished)
                    established++;
            }
            Dictionary<string, long> all = Counts.Read();
            foreach ((string name, long number) in open.Read())
                all[name] += number;
            all["TcpCurrEstab"] = established;

            // Nothing is forwarded, put together or thrown away on the way.
            all["IpInDelivers"] = all["IpExtInNoECTPkts"] = all["IpInReceives"];
            all["IpOutTransmits"] = all["IpOutRequests"];
            all["Ip6InDelivers"] = all["Ip6InNoECTPkts"] = all["Ip6InReceives"];
            all["Ip6OutTransmits"] = all["Ip6OutRequests"];
            return all;
        }
    }
}
