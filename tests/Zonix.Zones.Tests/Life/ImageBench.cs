using Zonix.Images.References;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Tests.Life;

/// <summary>A machine with a small image, and zones made from it.</summary>
internal sealed class ImageBench : IAsyncDisposable
{
    private readonly Workbench bench = new();

    internal LocalMachine Machine => bench.Machine;

    /// <summary>Skips the test where the host has no ldd.</summary>
    internal static ImageBench Open(Images.ImageConfig? config = null)
    {
        MemoryStream? archive = SmallImage.Pack();
        if (archive is null)
            Assert.Skip("the host has no ldd");
        var made = new ImageBench();
        made.Machine.Images.ImportTar(archive!, ImageReference.Parse("small"), new Images.NewImage { Config = config ?? new Images.ImageConfig() });
        return made;
    }

    internal Task<ZoneLife> CreateAsync(string script, ZoneConfiguration? like = null) =>
        Machine.Zones.CreateAsync(Workbench.Script(script, like) with { Image = "small" });

    /// <summary>Runs a script to its end: its exit code and what it wrote.</summary>
    internal async Task<(int Code, string Output)> RunAsync(string script, ZoneConfiguration? like = null)
    {
        ZoneLife zone = await CreateAsync(script, like);
        (int, string) result = await RunAsync(zone);
        await zone.RemoveAsync(force: true);
        return result;
    }

    internal static async Task<(int Code, string Output)> RunAsync(ZoneLife zone)
    {
        var seen = new Recorder();
        zone.Console.Attach(seen);
        Task<int> end = zone.WaitNextExitAsync();
        await zone.StartAsync();
        int code = await end.WaitAsync(Workbench.Patience);
        await seen.Done;
        return (code, seen.Output + seen.Error);
    }

    public ValueTask DisposeAsync() => bench.DisposeAsync();
}
