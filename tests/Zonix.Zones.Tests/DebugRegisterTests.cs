using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Zones.Tests;

/// <summary>
/// Watched addresses. What is expected follows the processor's manual (Intel SDM volume 3, "Debug registers") and ptrace(2): many
/// virtual machines take the settings and never stop, so the host cannot be asked.
/// </summary>
public sealed class DebugRegisterTests
{
    private const string Expected = """
        none: 0 0
        unaligned: 0 -22
        kernel address: -22
        input: -22
        long execution: -22
        reserved: -5 -5
        write: 0 0
        is set: 1 90001
        first write: stopped 5 code 4 found 1 at elsewhere, address is rip
        use: 0
        read: stopped 5 code 4 found 1 at elsewhere, address is rip
        two: 0
        one byte: stopped 5 code 4 found 2 at elsewhere, address is rip
        short: 0
        string: stopped 5 code 4 found 2 at elsewhere, address is rip
        execution: 0
        call: stopped 5 code 4 found 4 at marked, address is rip
        call: stopped 5 code 4 found 4 at marked, address is rip
        last write: stopped 5 code 4 found 1 at elsewhere, address is rip
        off: 0
        end: exited 3

        """;

    [Fact]
    public async Task Watched_addresses_stop_the_task()
    {
        string folder = Directory.CreateTempSubdirectory("zonix-debug-").FullName;
        try
        {
            if (!GuestCompiler.TryCompile("debug_registers.c", Path.Combine(folder, "program")))
                Assert.Skip("gcc is not installed");
            using var machine = new ZoneMachine();
            var options = new ZoneOptions { RootDirectory = folder, Volumes = [new ZoneVolume(folder, "/out", false)] };
            Assert.Equal((Errno)0, Zone.Create(machine, options, out Zone? zone));
            using (zone)
            {
                byte[][] arguments = ["/out/seen"u8.ToArray()];
                SysResult started = zone!.Start("/program"u8.ToArray(), arguments, [], "/", needsDirectory: false, out Process? process);
                Assert.False(started.IsError);
                Assert.Equal(0, await process!.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            }

            Assert.Equal(Expected, await File.ReadAllTextAsync(Path.Combine(folder, "seen"), TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
