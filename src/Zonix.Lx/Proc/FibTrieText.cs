using System.Globalization;
using System.Text;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Proc;

/// <summary>/proc/net/fib_trie: the routes of version 4, as leaves of one node each, since there is no trie.</summary>
internal static class FibTrieText
{
    private const uint MainTable = 254, LocalTable = 255;

    internal static string Tree(INetworkStack? network)
    {
        var text = new StringBuilder();
        NetworkRoute[] routes = [.. Netlink.RouteMessages.InOrder(network?.Routes ?? []).Where(static route => route.Destination.IsV4)];
        foreach (uint table in (ReadOnlySpan<uint>)[MainTable, LocalTable])
        {
            text.Append(table == MainTable ? "Main:\n" : "Local:\n").Append("  +-- 0.0.0.0/0 1 0 0\n");
            foreach (IGrouping<IpAddress, NetworkRoute> leaf in routes.Where(route => route.Table == table).GroupBy(static route => route.Destination))
            {
                text.Append(CultureInfo.InvariantCulture, $"     |-- {leaf.Key}\n");
                foreach (NetworkRoute route in leaf)
                    text.Append(CultureInfo.InvariantCulture, $"        /{route.Prefix} {ScopeOf(route)} {route.Kind.ToString().ToUpperInvariant()}\n");
            }
        }

        return text.ToString();
    }

    private static string ScopeOf(in NetworkRoute route) =>
        route.Kind == RouteKind.Local ? "host" : route.Gateway is not null || route.Interface == 0 ? "universe" : "link";
}
