using System.Globalization;
using System.Runtime.InteropServices;
using Zonix.Images.Bootstrap;
using Zonix.Zones;

namespace Zonix.Cli;

/// <summary>zonix bootstrap: a Debian from a mirror, as a tar archive of its root.</summary>
internal static class BootstrapCommand
{
    private const int Failure = 1;
    private const int WrongUse = 125;

    internal static int Execute(string[] words)
    {
        if (BootstrapArguments.Parse(words) is not { } arguments)
        {
            Console.Error.WriteLine("""
                usage: zonix bootstrap SUITE [OPTIONS]

                  makes a Debian from a mirror: SUITE is bookworm, trixie, stable ...

                  --mirror URL       the mirror; if not given the one the host's apt is configured for
                  --keyring FILE     the keys that are trusted, in place of those the host's apt trusts
                  --variant NAME     minbase (the usual one), essential, standard or buildd, as of debootstrap
                  --include P,...    further packages
                  --arch NAME        Debian's name of the architecture; amd64 if not given
                  -o FILE            where the archive goes; SUITE.tar if not given
                  -q                 say nothing but errors
                """);
            return WrongUse;
        }
        using var cancellation = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            cancellation.Cancel();
        });
        try
        {
            return RunAsync(arguments, cancellation.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("zonix: cancelled");
        }
        catch (Exception e) when (e is BootstrapException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"zonix: {e.Message}");
        }
        return Failure;
    }

    private static async Task<int> RunAsync(BootstrapArguments arguments, CancellationToken cancellation)
    {
        string made = arguments.Output + ".part";
        using var machine = new ZoneMachine();
        machine.Kernel.OopsLog = Console.Error.WriteLine;
        machine.Kernel.Log = Console.Error.WriteLine;
        var progress = new BootstrapReport(arguments.IsQuiet ? TextWriter.Null : Console.Error);
        var bootstrap = new DebianBootstrap(arguments.Options, new ZoneRunner(machine), progress.Show);
        BootstrapResult result;
        try
        {
            var file = new FileStream(made, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
            await using (file.ConfigureAwait(false))
                result = await bootstrap.RunAsync(file, cancellation).ConfigureAwait(false);
            File.Move(made, arguments.Output, overwrite: true);
        }
        finally
        {
            File.Delete(made);
        }
        progress.Finish();
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{arguments.Output}: debian:{result.Suite} ({result.Codename}) of {result.Date:yyyy-MM-dd}, {result.Packages.Count} packages"));
        return 0;
    }
}
