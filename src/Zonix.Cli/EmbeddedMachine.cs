using Zonix.Api;
using Zonix.Cli.Client;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>The machine within this process, with its socket, so that other commands reach its zones as long as it is there.</summary>
internal static class EmbeddedMachine
{
    /// <summary>Opens it, runs, and ends it with all its zones.</summary>
    /// <exception cref="CommandException">One runs already.</exception>
    internal static async Task<int> RunAsync(Func<Task<int>> run)
    {
        StatePaths paths = StatePaths.OfUser();
        LocalMachine machine;
        try
        {
            machine = LocalMachine.Open(paths, Console.Error.WriteLine);
        }
        catch (IOException e)
        {
            throw new CommandException($"--foreground: {e.Message}");
        }

        await using (machine.ConfigureAwait(false))
        {
            ControlServer server = await ControlServer.StartAsync(machine).ConfigureAwait(false);
            await using (server.ConfigureAwait(false))
            {
                int code = await run().ConfigureAwait(false);
                await machine.Zones.DisposeAsync().ConfigureAwait(false);
                return code;
            }
        }
    }
}
