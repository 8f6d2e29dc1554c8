using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zonix.Api.Docker;
using Zonix.Zones;
using Zonix.Zones.Life;
using Zonix.Zones.Networks;

namespace Zonix.Api.Endpoints;

/// <summary>Networks.</summary>
internal static class NetworkEndpoints
{
    internal static void Map(IEndpointRouteBuilder app, LocalMachine machine)
    {
        app.MapGet("/networks", http => ListAsync(http, machine));
        app.MapPost("/networks/create", http => CreateAsync(http, machine));
        app.MapPost("/networks/prune", http => PruneAsync(http, machine));
        app.MapGet("/networks/{id}", http => Answers.Json(http, NetworkShapes.Show(Find(http, machine), machine.Zones.List()), ApiJson.Default.NetworkResource));
        app.MapDelete("/networks/{id}", http =>
        {
            Remove(machine, Find(http, machine));
            return Answers.Empty(http);
        });
        app.MapPost("/networks/{id}/connect", http => ConnectAsync(http, machine));
        app.MapPost("/networks/{id}/disconnect", http => DisconnectAsync(http, machine));
    }

    private static LocalNetwork Find(HttpContext http, LocalMachine machine) => machine.Networks.Find(Answers.Route(http, "id"));

    private static Task ListAsync(HttpContext http, LocalMachine machine)
    {
        Dictionary<string, List<string>> filters = Filters.Read(http);
        IReadOnlyList<ZoneLife> zones = machine.Zones.List();
        return Answers.Json(
            http, [.. machine.Networks.List().Where(one => Wants(filters, one, machine)).Select(one => NetworkShapes.Show(one, zones))], ApiJson.Default.ListNetworkResource);
    }

    private static bool Wants(Dictionary<string, List<string>> filters, LocalNetwork network, LocalMachine machine) =>
        Filters.Any(filters, "name", one => network.Name.Contains(one.Trim('^', '$'), StringComparison.Ordinal)) &&
        Filters.Any(filters, "id", one => network.Configuration.Id.StartsWith(one, StringComparison.Ordinal)) &&
        Filters.Has(filters, "driver", "bridge") &&
        Filters.Has(filters, "scope", "local") &&
        Filters.Has(filters, "type", network.Name == NetworkRegistry.DefaultName ? "builtin" : "custom") &&
        Filters.Any(filters, "dangling", one => (one is "true" or "1") == !IsUsed(machine, network)) &&
        Filters.Labels(filters, network.Configuration.Labels);

    private static async Task CreateAsync(HttpContext http, LocalMachine machine)
    {
        NetworkCreateRequest request = await Answers.Body(http, ApiJson.Default.NetworkCreateRequest).ConfigureAwait(false);
        LocalNetwork made = machine.Networks.Create(NetworkShapes.Read(request));
        Tell(machine, made, "create");
        await Answers.Json(http, new NetworkCreateResponse(made.Configuration.Id, ""), ApiJson.Default.NetworkCreateResponse, StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private static async Task ConnectAsync(HttpContext http, LocalMachine machine)
    {
        LocalNetwork network = Find(http, machine);
        NetworkConnectRequest request = await Answers.Body(http, ApiJson.Default.NetworkConnectRequest).ConfigureAwait(false);
        await machine.Zones.Find(request.Container ?? "").ConnectAsync(NetworkShapes.Nic(network.Name, request.EndpointConfig, null), http.RequestAborted).ConfigureAwait(false);
        await Answers.Empty(http, StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static async Task DisconnectAsync(HttpContext http, LocalMachine machine)
    {
        LocalNetwork network = Find(http, machine);
        NetworkConnectRequest request = await Answers.Body(http, ApiJson.Default.NetworkConnectRequest).ConfigureAwait(false);
        await machine.Zones.Find(request.Container ?? "").DisconnectAsync(network, http.RequestAborted).ConfigureAwait(false);
        await Answers.Empty(http, StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private static Task PruneAsync(HttpContext http, LocalMachine machine)
    {
        Dictionary<string, List<string>> filters = Filters.Read(http);
        var deleted = new List<string>();
        foreach (LocalNetwork network in machine.Networks.List())
        {
            if (network.Name == NetworkRegistry.DefaultName || IsUsed(machine, network) || !Filters.Labels(filters, network.Configuration.Labels))
                continue;
            Remove(machine, network);
            deleted.Add(network.Name);
        }

        return Answers.Json(http, new NetworkPruneResponse(deleted), ApiJson.Default.NetworkPruneResponse);
    }

    // Also zones that do not run want it to be there when they do.
    private static bool IsUsed(LocalMachine machine, LocalNetwork network) =>
        machine.Zones.List().Any(zone => zone.Nics.Any(nic => nic.NetworkName == network.Name)) || network.IsInUse;

    private static void Remove(LocalMachine machine, LocalNetwork network)
    {
        machine.Networks.Remove(network);
        Tell(machine, network, "destroy");
    }

    private static void Tell(LocalMachine machine, LocalNetwork network, string action) => machine.Zones.Events.Publish(new ZoneEvent(
        DateTimeOffset.UtcNow, "network", action, network.Configuration.Id, new Dictionary<string, string> { ["name"] = network.Name, ["type"] = "bridge" }));
}
