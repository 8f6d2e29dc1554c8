using Zonix.Machine;

namespace Zonix.Differential.Tests;

/// <summary>
/// Short runs of the translator's differential test, with other cases each day. The long one is a program of its own:
/// tests/Zonix.Differential.
/// </summary>
public sealed class TranslatorTests(ITestOutputHelper output)
{
    private const long Instructions = 200_000;
    private const int MaxDifferences = 3;

    private static ulong Seed => (ulong)DateTime.UtcNow.DayOfYear * 1_000_000;

    /// <summary>Proves that the cases themselves are deterministic.</summary>
    [Fact]
    public void The_host_agrees_with_itself() => Run(() => new ProcessRunner("native again", [Executor.Build()]));

    [Fact]
    public void The_small_window_agrees_with_the_host() => Run(() => new DirectRunner(WindowKind.Small));

    [Fact]
    public void The_large_window_agrees_with_the_host() => Run(() => new DirectRunner(WindowKind.Large));

    /// <summary>A pre-empted sequence goes on as if nothing had happened, wherever it was.</summary>
    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    public void Preemption_changes_nothing(WindowKind kind) => Run(() => new DirectRunner(kind, kicks: true));

    [Theory]
    [InlineData]
    [InlineData("--large")]
    public void A_zone_agrees_with_the_host(params string[] options)
    {
        Assert.SkipUnless(File.Exists(CommandLine.ZonixProgram), "the zonix program is not built: run ./zonix or ./test");
        Run(() => CommandLine.ZoneRunner(options));
    }

    [Theory]
    [InlineData(WindowKind.Small)]
    [InlineData(WindowKind.Large)]
    [InlineData(WindowKind.I386)]
    public void The_machine_survives_anything(WindowKind kind) =>
        Run(() => new DirectRunner(kind), session => session.RunChaos(Seed, Instructions));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Code_of_i386_agrees_with_a_reference(bool kicks)
    {
        string[]? reference = I386Session.FindReference();
        Assert.SkipWhen(reference is null, "this host runs no i386 programs, and qemu-i386-static is not there");
        var differences = new List<string>();
        var thread = new Thread(() =>
        {
            using var session = new I386Session(reference!, new DirectRunner(WindowKind.I386, kicks));
            session.Run(Seed, Instructions, MaxDifferences);
            differences.AddRange(session.Differences);
            output.WriteLine($"{session.Instructions} instructions in {session.Cases} cases against {reference![0]}");
        });
        thread.Start();
        thread.Join();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private void Run(Func<IRunner> runner) => Run(runner, session => session.Run(Seed, Instructions, MaxDifferences));

    private void Run(Func<IRunner> runner, Action<Session> run)
    {
        // The machine's processor belongs to the thread that makes it.
        var differences = new List<string>();
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var session = new Session([runner()]);
                run(session);
                differences.AddRange(session.Differences);
                output.WriteLine($"{session.Instructions} instructions in {session.Cases} cases, first batch {Seed}");
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}
