using System.CommandLine;
using Zonix.Api;
using Zonix.Api.Docker;

namespace Zonix.Cli.Commands;

/// <summary>port: which ports of the host lead to a zone.</summary>
internal static class PortCommand
{
    internal static void AddTo(RootCommand root)
    {
        var name = new Argument<string>("name");
        var port = new Argument<string?>("port") { Arity = ArgumentArity.ZeroOrOne, Description = "One of the zone's ports, as 80 or 53/udp." };
        root.Subcommands.Add(CommandTree.OfMachine("port", "List the ports of the host that lead to a zone.", async (result, client) =>
        {
            string zone = result.GetValue(name)!;
            string? wanted = result.GetValue(port) is { } text ? text.Contains('/', StringComparison.Ordinal) ? text : text + "/tcp" : null;
            ContainerDetails details = await client.GetAsync($"containers/{Uri.EscapeDataString(zone)}/json", ApiJson.Default.ContainerDetails).ConfigureAwait(false);
            bool hasAny = false;
            foreach ((string zonePort, IReadOnlyList<PortBindingItem>? places) in details.NetworkSettings.Ports.OrderBy(static one => one.Key, StringComparer.Ordinal))
            {
                foreach (PortBindingItem place in wanted is null || wanted == zonePort ? places ?? [] : [])
                {
                    string host = place.HostIp.Contains(':', StringComparison.Ordinal) ? $"[{place.HostIp}]:{place.HostPort}" : $"{place.HostIp}:{place.HostPort}";
                    Console.Out.WriteLine(wanted is null ? $"{zonePort} -> {host}" : host);
                    hasAny = true;
                }
            }

            if (hasAny || wanted is null)
                return 0;
            Console.Error.WriteLine($"zonix: No public port '{wanted}' published for {zone}");
            return 1;
        }, name, port));
    }
}
