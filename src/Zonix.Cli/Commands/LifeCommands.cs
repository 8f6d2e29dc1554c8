using System.CommandLine;
using System.Globalization;
using Zonix.Api;
using Zonix.Api.Docker;
using Zonix.Cli.Client;

namespace Zonix.Cli.Commands;

/// <summary>start, stop, restart, kill, pause, unpause, rm, wait, rename.</summary>
internal static class LifeCommands
{
    internal static void AddTo(Command root)
    {
        var zones = new Argument<string[]>("zone") { Arity = ArgumentArity.OneOrMore, Description = "Names, or the first digits of identities." };
        root.Subcommands.Add(Start(zones));
        root.Subcommands.Add(Stop("stop", "Ask zones to end, and kill them when they do not.", zones));
        root.Subcommands.Add(Stop("restart", "Stop zones, and start them again.", zones));
        root.Subcommands.Add(Kill(zones));
        root.Subcommands.Add(Post("pause", "Hold all processes of zones where they are.", zones));
        root.Subcommands.Add(Post("unpause", "Let paused zones go on.", zones));
        root.Subcommands.Add(Remove(zones));
        root.Subcommands.Add(Wait(zones));
        var zone = new Argument<string>("zone");
        var name = new Argument<string>("name");
        root.Subcommands.Add(CommandTree.OfMachine("rename", "Give a zone another name.", async (result, client) =>
        {
            await client.PostAsync($"containers/{CommandTree.Escape(result.GetValue(zone)!)}/rename?name={CommandTree.Escape(result.GetValue(name)!)}").ConfigureAwait(false);
            return 0;
        }, zone, name));
    }

    private static Command Post(string name, string description, Argument<string[]> zones) =>
        CommandTree.OfMachine(name, description, (result, client) => CommandTree.EachAsync(
            result.GetValue(zones)!, zone => client.PostAsync($"containers/{CommandTree.Escape(zone)}/{name}")), zones);

    private static Command Start(Argument<string[]> zones)
    {
        var attach = new Option<bool>("--attach", "-a") { Description = "Show what the program writes, and wait for its end." };
        var interactive = new Option<bool>("--interactive", "-i") { Description = "Pass input on." };
        var keys = new Option<string?>("--detach-keys") { Description = "How to leave its terminal: ctrl-p,ctrl-q if not given." };
        var proxy = new Option<bool>("--sig-proxy") { Description = "Pass signals on.", DefaultValueFactory = static _ => true };
        return CommandTree.OfMachine("start", "Start zones that have been made, or have ended.", async (result, client) =>
        {
            string[] names = result.GetValue(zones)!;
            if (!result.GetValue(attach) && !result.GetValue(interactive))
                return await CommandTree.EachAsync(names, zone => client.PostAsync($"containers/{CommandTree.Escape(zone)}/start")).ConfigureAwait(false);
            if (names is not [var one])
                throw new CommandException("start: only one zone can be attached to at a time");
            string id = CommandTree.Escape(one);
            ContainerDetails details = await client.GetAsync($"containers/{id}/json", ApiJson.Default.ContainerDetails).ConfigureAwait(false);
            bool hasInput = result.GetValue(interactive) && details.Config.OpenStdin;
            return await MachineRun.AttachAsync(
                client, id, details.Config.Tty, hasInput, details.HostConfig.AutoRemove, result.GetValue(keys), result.GetValue(proxy), () => client.PostAsync($"containers/{id}/start"))
                .ConfigureAwait(false);
        }, zones, attach, interactive, keys, proxy);
    }

    private static Command Stop(string name, string description, Argument<string[]> zones)
    {
        var timeout = new Option<int?>("--timeout", "--time", "-t") { Description = "Seconds until they are killed; -1: never." };
        var signal = new Option<string?>("--signal", "-s") { Description = "The signal they are asked by." };
        return CommandTree.OfMachine(name, description, (result, client) =>
        {
            var query = new List<string>();
            if (result.GetValue(timeout) is { } seconds)
                query.Add(string.Create(CultureInfo.InvariantCulture, $"t={seconds}"));
            if (result.GetValue(signal) is { } wanted)
                query.Add("signal=" + CommandTree.Escape(wanted));
            return CommandTree.EachAsync(
                result.GetValue(zones)!, zone => client.PostAsync($"containers/{CommandTree.Escape(zone)}/{name}?{string.Join('&', query)}"));
        }, zones, timeout, signal);
    }

    private static Command Kill(Argument<string[]> zones)
    {
        var signal = new Option<string>("--signal", "-s") { Description = "The signal.", DefaultValueFactory = _ => "KILL" };
        return CommandTree.OfMachine("kill", "Send a signal to the first programs of zones.", (result, client) => CommandTree.EachAsync(
            result.GetValue(zones)!,
            zone => client.PostAsync($"containers/{CommandTree.Escape(zone)}/kill?signal={CommandTree.Escape(result.GetValue(signal)!)}")), zones, signal);
    }

    private static Command Remove(Argument<string[]> zones)
    {
        var force = new Option<bool>("--force", "-f") { Description = "Also those that run." };
        var volumes = new Option<bool>("--volumes", "-v") { Description = "Also the volumes that were made for them alone." };
        return CommandTree.OfMachine("rm", "Delete zones.", (result, client) => CommandTree.EachAsync(
            result.GetValue(zones)!,
            zone => client.DeleteAsync($"containers/{CommandTree.Escape(zone)}?force={(result.GetValue(force) ? 1 : 0)}&v={(result.GetValue(volumes) ? 1 : 0)}")), zones, force, volumes);
    }

    private static Command Wait(Argument<string[]> zones) =>
        CommandTree.OfMachine("wait", "Wait until zones have ended; print their exit codes.", (result, client) => CommandTree.EachAsync(
            result.GetValue(zones)!,
            async zone =>
            {
                WaitResponse ended = await client.PostAsync($"containers/{CommandTree.Escape(zone)}/wait", null, ApiJson.Default.WaitResponse).ConfigureAwait(false);
                Console.WriteLine(ended.StatusCode);
            },
            prints: false), zones);
}
