using System.Globalization;
using System.Runtime.InteropServices;
using Zonix.Api;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>zonix machine serve: the machine, with its API, until it is told to stop.</summary>
internal static class MachineServer
{
    /// <summary>Serves; <paramref name="idleExit"/>: until nothing has run and nobody has asked for so long.</summary>
    internal static async Task<int> ServeAsync(TimeSpan? idleExit)
    {
        StatePaths paths = StatePaths.OfUser();
        var stopped = new TaskCompletionSource();
        using var terminated = Register(PosixSignal.SIGTERM, stopped);
        using var interrupted = Register(PosixSignal.SIGINT, stopped);
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
        LocalMachine machine;
        try
        {
            machine = LocalMachine.Open(paths, Log);
        }
        catch (IOException e)
        {
            Log(e.Message);
            return 1;
        }

        // Wherever it was started from is not kept from being unmounted.
        Environment.CurrentDirectory = "/";
        await using (machine.ConfigureAwait(false))
        {
            ControlServer server = await ControlServer.StartAsync(machine).ConfigureAwait(false);
            Log($"started, version {LocalMachine.Version}, process {Environment.ProcessId}, {machine.Zones.List().Count} zones, socket {paths.Socket}");
            await machine.Zones.BootAsync().ConfigureAwait(false);
            using var over = new CancellationTokenSource();
            Task idle = idleExit is { } time ? server.IdleAsync(time, over.Token) : Task.Delay(Timeout.Infinite, over.Token);
            await Task.WhenAny(stopped.Task, server.StopAsked, idle).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            Log("stopping: zones are ended");
            await machine.Zones.DisposeAsync().ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
        }

        Log("stopped");
        return 0;
    }

    private static PosixSignalRegistration Register(PosixSignal signal, TaskCompletionSource stopped) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stopped.TrySetResult();
        });

    private static void Log(string text) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {text}"));
}
