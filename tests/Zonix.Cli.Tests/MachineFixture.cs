using Zonix.Api;
using Zonix.Cli.Commands;
using Zonix.Images.References;
using Zonix.Zones;
using Zonix.Zones.Tests;

namespace Zonix.Cli.Tests;

/// <summary>A machine with a small image that the commands of this process find by $ZONIX_HOME, as long as its tests run.</summary>
public sealed class MachineFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("zc-").FullName;
    private LocalMachine? machine;
    private ControlServer? server;

    internal LocalMachine Machine => machine!;

    /// <summary>A folder for files of the tests.</summary>
    internal string Files => folder;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("ZONIX_HOME", folder);
        machine = LocalMachine.Open(StatePaths.OfUser(), static _ => { });
        server = await ControlServer.StartAsync(machine);
        if (SmallImage.Pack() is { } archive)
            machine.Images.ImportTar(archive, ImageReference.Parse("small"));
    }

    /// <summary>Runs a command as Program does: its exit code, and what it prints by lines.</summary>
    internal static (int Code, string Output, string Error) Run(params string[] words)
    {
        TextWriter output = Console.Out, error = Console.Error;
        using var shown = new StringWriter();
        using var complaints = new StringWriter();
        Console.SetOut(shown);
        Console.SetError(complaints);
        try
        {
            int code = words switch
            {
                ["run", .. var rest] => RunCommand.Execute(rest),
                ["create", .. var rest] => MachineRun.Create(rest),
                _ => CommandTree.Execute(words),
            };
            return (code, shown.ToString(), complaints.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>The same for one that works.</summary>
    internal static string Ok(params string[] words)
    {
        (int code, string output, string error) = Run(words);
        Assert.True(code == 0, $"{string.Join(' ', words)}: {code} {error}");
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        await server!.DisposeAsync();
        await machine!.DisposeAsync();
        Environment.SetEnvironmentVariable("ZONIX_HOME", null);
        Directory.Delete(folder, recursive: true);
    }
}
