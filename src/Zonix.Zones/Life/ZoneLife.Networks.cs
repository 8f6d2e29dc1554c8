using Zonix.Zones.Configuration;
using Zonix.Zones.Networks;

namespace Zonix.Zones.Life;

/// <content>Its networks.</content>
public sealed partial class ZoneLife
{
    /// <summary>Its interfaces: those its configuration names, or the one that zones of images have by themselves.</summary>
    public IReadOnlyList<ZoneNic> Nics => ZoneNetworking.NicsOf(Configuration);

    /// <summary>Its places on networks; none when it does not run.</summary>
    public IReadOnlyList<NetworkEndpoint> Endpoints => Run?.Endpoints ?? [];

    /// <summary>Adds an interface, at once when it runs.</summary>
    /// <exception cref="ZoneException">There is no such network, it is on it already, or its address is in use.</exception>
    public async Task ConnectAsync(ZoneNic nic, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(nic);
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            LocalNetwork network = registry.Networks.Find(nic.NetworkName);
            if (Nics.Any(one => IsOn(one, network)))
                throw new ZoneException(ZoneError.Conflict, $"endpoint with name {Name} already exists in network {network.Name}");
            ZoneConfiguration wanted = Configuration with { Nics = [.. Nics, nic] };
            ZoneValidation.Check(wanted);
            ChangeNics(wanted);
            if (Run is { } now)
                now.Endpoints = [.. now.Endpoints, registry.Networking.Join(now.Zone, wanted, nic, isPrimary: now.Endpoints.Count == 0)];
            Configuration = wanted;
            registry.Save(wanted);
            TellNetwork(network, "connect");
        }
        finally
        {
            turn.Exit();
        }
    }

    /// <summary>Takes an interface away, at once when it runs; connections by it are reset.</summary>
    /// <exception cref="ZoneException">It is not on the network.</exception>
    public async Task DisconnectAsync(LocalNetwork network, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        await turn.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!Nics.Any(one => IsOn(one, network)))
                throw new ZoneException(ZoneError.Conflict, $"container {Id} is not connected to network {network.Name}");
            ZoneConfiguration wanted = Configuration with { Nics = [.. Nics.Where(one => !IsOn(one, network))] };
            if (Run is { } now)
            {
                foreach (NetworkEndpoint one in now.Endpoints.Where(one => one.Network == network))
                    now.Zone.Network.Detach(one.Port);
                now.Endpoints = [.. now.Endpoints.Where(one => one.Network != network)];
            }

            Configuration = wanted;
            registry.Save(wanted);
            network.Release(wanted.Uuid);
            TellNetwork(network, "disconnect");
        }
        finally
        {
            turn.Exit();
        }
    }

    private bool IsOn(ZoneNic nic, LocalNetwork network) => registry.Networks.TryFind(nic.NetworkName) == network;

    // Addresses that are given are kept for it, others are free again.
    private void ChangeNics(ZoneConfiguration wanted)
    {
        if (ReferenceEquals(wanted.Nics, Configuration.Nics))
            return;
        registry.Networking.Release(Configuration);
        try
        {
            registry.Networking.Reserve(wanted);
        }
        catch (ZoneException)
        {
            registry.Networking.Reserve(Configuration);
            throw;
        }
    }

    private void TellNetwork(LocalNetwork network, string action) => registry.Events.Publish(new ZoneEvent(
        DateTimeOffset.UtcNow, "network", action, network.Configuration.Id,
        new Dictionary<string, string> { ["name"] = network.Name, ["container"] = Id, ["type"] = "bridge" }));
}
