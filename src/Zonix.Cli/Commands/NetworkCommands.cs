using System.CommandLine;
using System.Text.Json.Nodes;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>network: what zones reach each other by.</summary>
internal static class NetworkCommands
{
    private const int ShortId = 12;

    internal static void AddTo(Command root) => root.Subcommands.Add(CommandTree.Plain(
        "network", "What zones reach each other and the world by.", List(), Create(), Remove(), Inspect(), Connect(), Disconnect(), Prune()));

    private static Command List()
    {
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Identities only." };
        var whole = new Option<bool>("--no-trunc") { Description = "Identities in full." };
        var filter = new Option<string[]>("--filter", "-f") { Description = "name=, id=, label=, type=, dangling=" };
        var format = new Option<string?>("--format") { Description = Listing.FormatHelp };
        Command list = CommandTree.OfMachine("ls", "List networks.", async (result, client) =>
        {
            string query = FilterText.Query(result.GetValue(filter)) is { Length: > 0 } filters ? "?" + filters[1..] : "";
            List<NetworkResource> networks = await client.GetAsync("networks" + query, ApiJson.Default.ListNetworkResource).ConfigureAwait(false);
            JsonObject[] rows = [.. networks.Select(one => Row(one, result.GetValue(whole)))];
            if (result.GetValue(quiet))
            {
                foreach (JsonObject row in rows)
                    Console.WriteLine(row["ID"]);
                return 0;
            }

            Listing.Print(rows, result.GetValue(format), ("NETWORK ID", "ID"), ("NAME", "Name"), ("DRIVER", "Driver"), ("SCOPE", "Scope"), ("SUBNET", "Subnet"));
            return 0;
        }, quiet, whole, filter, format);
        list.Aliases.Add("list");
        return list;
    }

    private static JsonObject Row(NetworkResource one, bool whole) => new()
    {
        ["ID"] = whole ? one.Id : one.Id[..ShortId],
        ["Name"] = one.Name,
        ["Driver"] = one.Driver,
        ["Scope"] = one.Scope,
        ["Subnet"] = one.IPAM.Config is [var first, ..] ? first.Subnet ?? "" : "",
        ["CreatedAt"] = one.Created,
        ["IPv6"] = one.EnableIPv6 ? "true" : "false",
        ["Internal"] = one.Internal ? "true" : "false",
        ["Labels"] = string.Join(',', one.Labels.Select(label => $"{label.Key}={label.Value}")),
    };

    private static Command Create()
    {
        var name = new Argument<string>("name");
        var driver = new Option<string>("--driver", "-d") { Description = "bridge.", DefaultValueFactory = static _ => "bridge" };
        var subnet = new Option<string[]>("--subnet") { Description = "Addresses, as 10.5.0.0/24 or fd00:5::/64; chosen if not given." };
        var gateway = new Option<string[]>("--gateway") { Description = "The address of the way out; the first of the subnet if not given." };
        var range = new Option<string?>("--ip-range") { Description = "The part of the subnet that zones are given addresses of." };
        var inside = new Option<bool>("--internal") { Description = "Nothing beyond it can be reached." };
        var ipv6 = new Option<bool>("--ipv6") { Description = "With addresses of version 6." };
        var attachable = new Option<bool>("--attachable") { Description = "As all are." };
        var label = new Option<string[]>("--label") { Description = "NAME=VALUE" };
        var option = new Option<string[]>("--opt", "-o") { Description = "com.docker.network.driver.mtu=BYTES" };
        return CommandTree.OfMachine("create", "Make a network.", async (result, client) =>
        {
            string[] subnets = result.GetValue(subnet) ?? [], gateways = result.GetValue(gateway) ?? [];
            var request = new NetworkCreateRequest
            {
                Name = result.GetValue(name),
                Driver = result.GetValue(driver),
                Internal = result.GetValue(inside),
                EnableIPv6 = result.GetValue(ipv6),
                Attachable = result.GetValue(attachable),
                Labels = Pairs("--label", result.GetValue(label)),
                Options = Pairs("--opt", result.GetValue(option)),
                IPAM = subnets.Length == 0 && gateways.Length == 0 ? null : new NetworkIpam { Config = [.. Subnets(subnets, gateways, result.GetValue(range))] },
            };
            using HttpContent body = MachineClient.Json(request, ApiJson.Default.NetworkCreateRequest);
            Console.WriteLine((await client.PostAsync("networks/create", body, ApiJson.Default.NetworkCreateResponse).ConfigureAwait(false)).Id);
            return 0;
        }, name, driver, subnet, gateway, range, inside, ipv6, attachable, label, option);
    }

    private static IEnumerable<NetworkIpamConfig> Subnets(string[] subnets, string[] gateways, string? range)
    {
        if (subnets.Length == 0)
            throw new CommandException("network create: --gateway: a --subnet is missing that it is an address of");
        foreach (string subnet in subnets)
        {
            bool isV6 = subnet.Contains(':', StringComparison.Ordinal);
            yield return new NetworkIpamConfig(subnet, isV6 ? null : range, gateways.FirstOrDefault(one => one.Contains(':', StringComparison.Ordinal) == isV6));
        }
    }

    private static Dictionary<string, string>? Pairs(string option, string[]? texts)
    {
        if (texts is not { Length: > 0 })
            return null;
        var pairs = new Dictionary<string, string>();
        foreach (string[] part in texts.Select(static one => one.Split('=', 2)))
        {
            if (part[0].Length == 0)
                throw new CommandException($"network create: {option}: expected NAME=VALUE");
            pairs[part[0]] = part.Length == 2 ? part[1] : "";
        }

        return pairs;
    }

    private static Command Remove()
    {
        var names = new Argument<string[]>("network") { Arity = ArgumentArity.OneOrMore };
        Command remove = CommandTree.OfMachine("rm", "Remove networks that no zone is on.", (result, client) =>
            CommandTree.EachAsync(result.GetValue(names)!, name => client.DeleteAsync("networks/" + CommandTree.Escape(name))), names);
        remove.Aliases.Add("remove");
        return remove;
    }

    private static Command Inspect()
    {
        var names = new Argument<string[]>("network") { Arity = ArgumentArity.OneOrMore };
        var format = new Option<string?>("--format", "-f") { Description = "json, or a template as {{.IPAM.Config}}." };
        return CommandTree.OfMachine("inspect", "Show all about networks.", (result, client) => ListCommands.InspectAsync(
            result.GetValue(names)!, result.GetValue(format), name => client.GetTextAsync("networks/" + CommandTree.Escape(name))), names, format);
    }

    private static Command Connect()
    {
        var network = new Argument<string>("network");
        var zone = new Argument<string>("zone");
        var ip = new Option<string?>("--ip") { Description = "Its address." };
        var ip6 = new Option<string?>("--ip6") { Description = "Its address of version 6." };
        var alias = new Option<string[]>("--alias") { Description = "A further name for others of the network." };
        return CommandTree.OfMachine("connect", "Put a zone on a network, at once when it runs.", async (result, client) =>
        {
            string[] names = result.GetValue(alias) ?? [];
            var request = new NetworkConnectRequest
            {
                Container = result.GetValue(zone),
                EndpointConfig = new EndpointSettings
                {
                    IPAMConfig = new EndpointIpamConfig(result.GetValue(ip), result.GetValue(ip6)),
                    Aliases = names.Length > 0 ? names : null,
                },
            };
            await PostAsync(client, result.GetValue(network)!, "connect", request).ConfigureAwait(false);
            return 0;
        }, network, zone, ip, ip6, alias);
    }

    private static Command Disconnect()
    {
        var network = new Argument<string>("network");
        var zone = new Argument<string>("zone");
        var force = new Option<bool>("--force", "-f") { Description = "As it is without." };
        return CommandTree.OfMachine("disconnect", "Take a zone off a network; its connections there are reset.", async (result, client) =>
        {
            await PostAsync(client, result.GetValue(network)!, "disconnect", new NetworkConnectRequest { Container = result.GetValue(zone), Force = result.GetValue(force) })
                .ConfigureAwait(false);
            return 0;
        }, network, zone, force);
    }

    private static async Task PostAsync(MachineClient client, string network, string verb, NetworkConnectRequest request)
    {
        using HttpContent body = MachineClient.Json(request, ApiJson.Default.NetworkConnectRequest);
        await client.PostAsync($"networks/{CommandTree.Escape(network)}/{verb}", body).ConfigureAwait(false);
    }

    private static Command Prune()
    {
        var force = new Option<bool>("--force", "-f") { Description = "As it is without: nothing is asked." };
        return CommandTree.OfMachine("prune", "Remove all networks that no zone is to be on.", async (_, client) =>
        {
            NetworkPruneResponse answer = await client.PostAsync("networks/prune", null, ApiJson.Default.NetworkPruneResponse).ConfigureAwait(false);
            foreach (string name in answer.NetworksDeleted)
                Console.WriteLine(name);
            return 0;
        }, force);
    }
}
