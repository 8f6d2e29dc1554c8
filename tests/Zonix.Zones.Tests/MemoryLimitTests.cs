using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;

namespace Zonix.Zones.Tests;

/// <summary>A zone keeps within its memory: one of its processes is killed when they use more.</summary>
public sealed class MemoryLimitTests
{
    private const string Private = "FLAGS=0x22", Shared = "FLAGS=0x21";
    private const int Killed = (int)Signal.SIGKILL, Exited = MemoryPrograms.ExitCode << 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(Private, 16, Killed)]
    [InlineData(Shared, 16, Killed)]
    [InlineData(Private, 256, Exited)]
    [InlineData(Shared, 256, Exited)]
    [InlineData("SHIELDED", 48, Exited)]
    [InlineData("SHIELDED", 256, (MemoryPrograms.ExitCode + 1) << 8)]
    public async Task More_than_the_limit_kills(string definition, int megabytes, int expected)
    {
        string folder = Directory.CreateTempSubdirectory("zonix-memory-").FullName;
        try
        {
            if (!MemoryPrograms.Build(folder, "program", definition))
            {
                Assert.Skip("gcc is not installed");
                return;
            }

            using var machine = new ZoneMachine();
            var log = new List<string>();
            machine.Kernel.Log = text =>
            {
                lock (log)
                    log.Add(text);
            };
            var options = new ZoneOptions { RootDirectory = folder, MemoryLimit = (ulong)megabytes << 20 };
            Assert.Equal((Errno)0, Zone.Create(machine, options, out Zone? zone));
            using (zone)
            {
                SysResult started = zone!.Start(Encoding.UTF8.GetBytes("/program"), [], [], "/", needsDirectory: false, out var process);
                Assert.False(started.IsError);
                int status = await process!.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
                Assert.Equal(expected, status);
                bool someoneDied = megabytes < 64;
                Assert.Equal(someoneDied ? 1 : 0, zone.Groups.Root.Memory.CountOf(MemoryIncident.Kill));
                Assert.Equal(someoneDied ? 1 : 0, log.Count);
                Assert.True(zone.Groups.Root.Memory.Peak > 0);
                Assert.Equal((ulong)megabytes << 20, zone.Memory.Total);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
