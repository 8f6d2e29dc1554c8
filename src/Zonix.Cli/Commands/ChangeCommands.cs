using System.CommandLine;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;
using Zonix.Zones.Configuration;

namespace Zonix.Cli.Commands;

/// <summary>update, prune.</summary>
internal static class ChangeCommands
{
    internal static void AddTo(Command root)
    {
        root.Subcommands.Add(Update());
        root.Subcommands.Add(Prune());
    }

    private static Command Update()
    {
        var zones = new Argument<string[]>("zone") { Arity = ArgumentArity.OneOrMore };
        var memory = new Option<string?>("--memory", "-m") { Description = "Bytes, or with k, m, g." };
        var cpus = new Option<decimal?>("--cpus") { Description = "At most so many CPUs." };
        var shares = new Option<int?>("--cpu-shares", "-c") { Description = "Weight for CPU time." };
        var tasks = new Option<long?>("--pids-limit") { Description = "At most so many threads; -1: any number." };
        var quota = new Option<long?>("--cpu-quota") { Description = "Microseconds of CPU time in each period." };
        var period = new Option<long?>("--cpu-period") { Description = "Microseconds of a period; 100000 if not given." };
        var swap = new Option<string?>("--memory-swap") { Description = "As docker has it; there is no swap." };
        var restart = new Option<string?>("--restart") { Description = "no, on-failure[:N], always, unless-stopped." };
        return CommandTree.OfMachine("update", "Change the limits of zones, also while they run.", (result, client) =>
        {
            var machine = new MachineArguments();
            if (result.GetValue(restart) is { } policy && !machine.TryTakeValue("--restart", policy))
                throw new CommandException($"invalid value \"{policy}\" for --restart");
            long bytes = 0;
            if (result.GetValue(memory) is { } size && !Sizes.TryParse(size, out bytes))
                throw new CommandException($"invalid value \"{size}\" for --memory");
            if (new object?[] { result.GetValue(memory), result.GetValue(cpus), result.GetValue(shares), result.GetValue(tasks), result.GetValue(quota), result.GetValue(restart) }.All(static one => one is null))
                throw new CommandException("update: nothing to be changed; see 'zonix update --help'");
            var request = new UpdateRequest
            {
                Memory = bytes > 0 ? bytes : null,
                NanoCpus = result.GetValue(cpus) is { } count ? (long)(count * 1_000_000_000) : null,
                CpuShares = result.GetValue(shares),
                CpuQuota = result.GetValue(quota),
                CpuPeriod = result.GetValue(period),
                PidsLimit = result.GetValue(tasks),
                RestartPolicy = result.GetValue(restart) is null ? null : new RestartPolicyConfig { Name = machine.Restart, MaximumRetryCount = machine.RestartCount },
            };
            return CommandTree.EachAsync(result.GetValue(zones)!, async zone =>
            {
                using HttpContent body = MachineClient.Json(request, ApiJson.Default.UpdateRequest);
                await client.PostAsync($"containers/{CommandTree.Escape(zone)}/update", body, ApiJson.Default.UpdateResponse).ConfigureAwait(false);
            });
        }, zones, memory, swap, cpus, quota, period, shares, tasks, restart);
    }

    /// <summary>Asks, unless that is not wanted.</summary>
    internal static bool Confirm(bool force, string what)
    {
        if (force)
            return true;
        Console.Write(what + " Go on? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Prints what is gone, as docker does.</summary>
    internal static void PrintDeleted(string title, IReadOnlyCollection<string> names)
    {
        if (names.Count > 0)
            Console.WriteLine($"{title}\n{string.Join('\n', names)}\n");
    }

    internal static Command Prune()
    {
        var force = new Option<bool>("--force", "-f") { Description = "Do not ask." };
        var filter = new Option<string[]>("--filter") { Description = "label=NAME[=VALUE], until=TIME" };
        return CommandTree.OfMachine("prune", "Delete all zones that do not run.", async (result, client) =>
        {
            if (!Confirm(result.GetValue(force), "This will delete all zones that do not run."))
                return 1;

            string query = "containers/prune?" + FilterText.Query(result.GetValue(filter)).TrimStart('&');
            PruneResponse deleted = await client.PostAsync(query, null, ApiJson.Default.PruneResponse).ConfigureAwait(false);
            PrintDeleted("Deleted Containers:", deleted.ContainersDeleted);
            Console.WriteLine($"Total reclaimed space: {ByteText.Decimal(deleted.SpaceReclaimed)}");
            return 0;
        }, force, filter);
    }
}
