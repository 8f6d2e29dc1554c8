using System.Text;
using Zonix.Abi;
using Zonix.Images.Bootstrap;
using Zonix.Images.Bootstrap.Building;
using Zonix.Kernel;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones;

/// <summary>Runs the commands of a bootstrap, each in a zone of its own that has the image's tree as its root.</summary>
public sealed class ZoneRunner(ZoneMachine machine) : IZoneRunner
{
    /// <inheritdoc/>
    public VirtualFileSystem FileSystems => machine.FileSystems;

    /// <summary>Takes lines of traced calls; null: no tracing.</summary>
    public Action<string>? Trace { get; init; }

    /// <inheritdoc/>
    public async Task<int> RunAsync(IFileSystem root, ZoneCommand command, Action<string> output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(command);
        Errno error = Zone.Create(machine, new ZoneOptions { Root = root, Is32Bit = command.Is32Bit, Trace = Trace }, out Zone? zone);
        if (error != 0)
            throw new BootstrapException($"a zone for '{command.Words[0]}' cannot be made: {ErrnoText.Describe(error)}");
        using (zone)
        {
            var program = new ZoneProgram
            {
                Command = [.. command.Words.Select(Encoding.UTF8.GetBytes)],
                Environment = [.. command.Environment.Select(Encoding.UTF8.GetBytes)],
                Streams = ProgramStreams.Pipes,
            };
            SysResult started = zone!.Start(program, out ZoneProcess? process);
            if (started.IsError)
                throw new BootstrapException($"'{command.Words[0]}' cannot be started in a zone: {ErrnoText.Describe(started.Error)}");
            using (process)
            {
                Task lines = Task.WhenAll(PassOnAsync(process!.Output!, output), PassOnAsync(process.Error!, output));
                try
                {
                    int status = await process.WaitAsync(cancellation).ConfigureAwait(false);
                    process.Finish();
                    await lines.ConfigureAwait(false);
                    return status;
                }
                finally
                {
                    await zone.EndAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task PassOnAsync(Stream stream, Action<string> output)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            output(line);
    }
}
