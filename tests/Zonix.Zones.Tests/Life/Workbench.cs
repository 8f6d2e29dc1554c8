using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Tests.Life;

/// <summary>A machine with a folder of state that goes with it.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("zonix-life-").FullName;

    internal Workbench() => Machine = LocalMachine.Open(Paths, Lines.Add);

    internal static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    internal StatePaths Paths => StatePaths.In(folder);

    internal List<string> Lines { get; } = [];

    internal LocalMachine Machine { get; private set; }

    internal static ZoneConfiguration Script(string script, ZoneConfiguration? like = null) => (like ?? new ZoneConfiguration()) with
    {
        Image = "host",
        Init = (like?.Init ?? new ZoneInit()) with { Cmd = ["/bin/sh", "-c", script.ReplaceLineEndings("\n")] },
    };

    internal Task<ZoneLife> CreateAsync(string script, ZoneConfiguration? like = null) => Machine.Zones.CreateAsync(Script(script, like));

    internal async Task<ZoneLife> StartAsync(string script, ZoneConfiguration? like = null)
    {
        ZoneLife zone = await CreateAsync(script, like);
        await zone.StartAsync();
        return zone;
    }

    /// <summary>The end of the machine's process, as its files see it, and the next one.</summary>
    internal async Task ReopenAsync()
    {
        await Machine.DisposeAsync();
        Machine = LocalMachine.Open(Paths, Lines.Add);
    }

    public async ValueTask DisposeAsync()
    {
        await Machine.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
