using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Completion;

/// <summary>Names of what is there, as the machine tells them. It is not started for that, and what it does not tell is not there.</summary>
internal static class KnownNames
{
    /// <summary>Zones; those that run, those that do not, or all.</summary>
    internal static IEnumerable<Candidate> Zones(bool? running = null) => Ask(async client =>
    {
        List<ContainerSummary> all = await client.GetAsync("containers/json?all=1", ApiJson.Default.ListContainerSummary).ConfigureAwait(false);
        return all.Where(zone => running is null || zone.State is "running" or "paused" == running).SelectMany(zone => zone.Names.Select(name => new Candidate(name.TrimStart('/'), zone.Status)));
    });

    /// <summary>Images, by their names.</summary>
    internal static IEnumerable<Candidate> Images() => Ask(async client =>
        (await client.GetAsync("images/json", ApiJson.Default.ListImageSummary).ConfigureAwait(false)).SelectMany(static image => image.RepoTags.Select(static name => new Candidate(name))));

    /// <summary>Volumes.</summary>
    internal static IEnumerable<Candidate> Volumes() => Ask(async client =>
        (await client.GetAsync("volumes", ApiJson.Default.VolumeList).ConfigureAwait(false)).Volumes.Select(static volume => new Candidate(volume.Name)));

    /// <summary>Networks.</summary>
    internal static IEnumerable<Candidate> Networks() => Ask(async client =>
        (await client.GetAsync("networks", ApiJson.Default.ListNetworkResource).ConfigureAwait(false)).Select(static network => new Candidate(network.Name)));

    /// <summary>Snapshots of a zone.</summary>
    internal static IEnumerable<Candidate> Snapshots(string zone) => Ask(async client =>
        (await client.GetAsync($"zonix/zones/{Uri.EscapeDataString(zone)}/snapshots", ApiJson.Default.ListSnapshotItem).ConfigureAwait(false)).Select(static one => new Candidate(one.Name)));

    private static IEnumerable<Candidate> Ask(Func<MachineClient, Task<IEnumerable<Candidate>>> question)
    {
        try
        {
            using MachineClient? client = MachineClient.TryConnect();
            return client is null ? [] : [.. question(client).GetAwaiter().GetResult()];
        }
        catch (Exception e) when (e is CommandException or IOException)
        {
            // Nobody wants to read errors while he types.
            return [];
        }
    }
}
