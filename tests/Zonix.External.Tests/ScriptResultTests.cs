using Zonix.External.Scripts;

namespace Zonix.External.Tests;

/// <summary>Scripts are compared by their verdicts, or by their output when they give none.</summary>
public sealed class ScriptResultTests
{
    [Fact]
    public void Tap_counts_verdicts_only()
    {
        ScriptResult native = ScriptResult.Read(Runs.Of("1..2\nok 1 - took 3 s\n# pid 77\nok 2 # skip no tty\n"));
        Assert.True(native.Passed);
        Assert.Null(native.Difference(ScriptResult.Read(Runs.Of("1..2\nok 1 - took 4 s\nok 2 # skip no tty\n"))));
        Assert.NotNull(native.Difference(ScriptResult.Read(Runs.Of("1..2\nok 1\nok 2\n"))));
        Assert.False(ScriptResult.Read(Runs.Of("1..2\nok 1\nnot ok 2\n")).Passed);
    }

    [Fact]
    public void Other_output_counts_but_for_numbers()
    {
        ScriptResult native = ScriptResult.Read(Runs.Of("job 4711 done\n"));
        Assert.Null(native.Difference(ScriptResult.Read(Runs.Of("job 12 done\n", "missing call: rseq, 1 times\n"))));
        Assert.NotNull(native.Difference(ScriptResult.Read(Runs.Of("job 12 gone\n"))));
        Assert.Equal("exit code 3", native.Difference(ScriptResult.Read(Runs.Of("job 12 done\n", exitCode: 3))));
        Assert.Equal("no end within 1 s", native.Difference(ScriptResult.Read(Runs.Of("job 12 done\n", timedOut: true))));
    }
}
