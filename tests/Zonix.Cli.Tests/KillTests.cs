using System.Diagnostics;
using System.Globalization;

namespace Zonix.Cli.Tests;

/// <summary>
/// The machine is killed at random moments while programs in two of its zones write. What they had synced is there when it runs again,
/// a scrub finds nothing, and a zone that nobody wrote to is as it was. ZONIX_KILL_ROUNDS says how often.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int DefaultRounds = 10, LongestMs = 1500;
    private static readonly string[] Writers = ["one", "two"];

    [Fact]
    public async Task Killing_the_machine_loses_nothing_that_was_synced()
    {
        string? wanted = Environment.GetEnvironmentVariable("ZONIX_KILL_ROUNDS");
        int rounds = wanted is null ? DefaultRounds : int.Parse(wanted, CultureInfo.InvariantCulture), seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var state = new State();
        state.ImportSmall("writer.c");
        foreach (string zone in (string[])[.. Writers, "still"])
            state.Zonix("run", "-d", "--name", zone, "small:1", "sleep", "100000");
        string before = Sums(state);
        int[] synced = new int[Writers.Length];
        for (int round = 0; round < rounds; round++)
        {
            using Process machine = state.Machine();
            Process[] writers = [.. Writers.Select((zone, i) => state.Start("exec", zone, "/writer", "write", "/data", $"{synced[i] + 1}"))];
            Task<int>[] readers = [.. writers.Select((one, i) => LastNumberAsync(one, synced[i]))];
            // The moment is what is random here; nothing is waited for.
            bool ended = machine.WaitForExit(random.Next(LongestMs));
            Assert.False(ended, "the machine ended by itself");
            machine.Kill();
            await machine.WaitForExitAsync(TestContext.Current.CancellationToken);
            for (int i = 0; i < writers.Length; i++)
            {
                synced[i] = await readers[i];
                await writers[i].WaitForExitAsync(TestContext.Current.CancellationToken);
                writers[i].Dispose();
            }
            foreach (string zone in (string[])[.. Writers, "still"])
                state.Zonix("start", zone);
            for (int i = 0; i < Writers.Length; i++)
                Assert.Equal($"all {synced[i]} steps are there", state.Zonix("exec", Writers[i], "/writer", "verify", "/data", $"{synced[i]}"));
            Assert.Contains("all is well", state.Zonix("pool", "scrub"), StringComparison.Ordinal);
        }
        Assert.Equal(before, Sums(state));
        output.WriteLine($"{rounds} kills, {synced.Sum()} steps synced");
    }

    private static async Task<int> LastNumberAsync(Process writer, int before)
    {
        Task<string> error = writer.StandardError.ReadToEndAsync();
        int last = before;
        string text = await writer.StandardOutput.ReadToEndAsync();
        // A line that was cut short is no number that was said.
        foreach (string line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            last = int.TryParse(line, CultureInfo.InvariantCulture, out int number) ? number : throw new InvalidOperationException($"the writer says: {line}");
        await error;
        return last;
    }

    private static string Sums(State state) =>
        state.Zonix("exec", "still", "sh", "-c", "find /usr /etc /root -type f | sort | while read f; do sha256sum $f; done");
}
