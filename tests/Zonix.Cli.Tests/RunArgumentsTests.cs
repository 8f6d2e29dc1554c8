using System.Text;
using Zonix.Api;

namespace Zonix.Cli.Tests;

/// <summary>The words of zonix run.</summary>
public sealed class RunArgumentsTests
{
    [Theory]
    [InlineData("host -- ls -l", "host", "ls -l")]
    [InlineData("host ls -l", "host", "ls -l")]
    [InlineData("host -e A=b --read-only ls", "host", "ls")]
    [InlineData("--root /x -- ls", null, "ls")]
    [InlineData("--root=/x ls", null, "ls")]
    [InlineData("-itd debian:12 bash -c x", "debian:12", "bash -c x")]
    [InlineData("-eA=b -m 1g debian", "debian", "")]
    [InlineData("--name=web --rm=true -p=x host", "", "")]
    public void Options_end_at_the_image(string line, string? image, string command)
    {
        RunArguments arguments = RunArguments.Parse(line.Split(' '));
        if (image is "")
        {
            Assert.NotNull(arguments.Problem);
            return;
        }

        Assert.Null(arguments.Problem);
        Assert.Equal(image, arguments.Image);
        Assert.Equal(command, string.Join(' ', arguments.Command));
    }

    [Theory]
    [InlineData("host true", false)]
    [InlineData("--rm -it host true", false)]
    [InlineData("-u 1000:5 host true", false)]
    [InlineData("-u nobody host true", true)]
    [InlineData("-d host true", true)]
    [InlineData("--name x host true", true)]
    [InlineData("debian true", true)]
    public void Only_what_needs_it_goes_to_the_machine(string line, bool needs) =>
        Assert.Equal(needs, RunArguments.Parse(line.Split(' ')).NeedsMachine);

    [Theory]
    [InlineData("--frob host x", "unknown option: --frob")]
    [InlineData("-z host x", "unknown option: -z")]
    [InlineData("--cpus many host x", "invalid value \"many\" for --cpus")]
    [InlineData("--restart often host x", "invalid value \"often\" for --restart")]
    [InlineData("-m", "-m wants a value")]
    [InlineData("-i", "an image is missing")]
    [InlineData("host", "a program is missing")]
    [InlineData("--platform linux/arm64 debian", "--platform linux/arm64: images of linux/amd64")]
    [InlineData("--ulimit nofiles=1 debian", "invalid value \"nofiles=1\" for --ulimit")]
    [InlineData("--cap-drop FLY debian", "invalid value \"FLY\" for --cap-drop")]
    [InlineData("--health-interval soon debian", "invalid value \"soon\" for --health-interval")]
    [InlineData("--add-host db debian", "invalid value \"db\" for --add-host")]
    [InlineData("-d --foreground debian", "--foreground and -d exclude each other")]
    [InlineData("-d --strace host x", "--strace and --stats work")]
    public void What_is_wrong_is_said(string line, string problem) =>
        Assert.StartsWith(problem, RunArguments.Parse(line.Split(' ')).Problem, StringComparison.Ordinal);

    [Fact]
    public void Variables_come_from_words_files_and_the_caller()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "# no\n\nC=d\nPATH\nNOT_THERE_AT_ALL\n");
        RunArguments arguments = RunArguments.Parse(["-e", "A=b=c", "--env-file", file, "host", "x"]);
        File.Delete(file);
        Assert.Null(arguments.Problem);
        Assert.Equal(
            ["A=b=c", "C=d", "PATH=" + Environment.GetEnvironmentVariable("PATH")],
            arguments.GivenEnvironment.Select(Encoding.UTF8.GetString));
    }

    [Theory]
    [InlineData("1h30m", 5400_000)]
    [InlineData("90s", 90_000)]
    [InlineData("250ms", 250)]
    [InlineData("0.5s", 500)]
    public void Spans_are_read(string text, int ms)
    {
        Assert.True(Timespans.TryRead(text, out TimeSpan span));
        Assert.Equal(ms, span.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5x")]
    public void Other_spans_are_refused(string text) => Assert.False(Timespans.TryRead(text, out _));

    [Fact]
    public void Volumes_have_names_or_places_and_folders_have_slashes()
    {
        RunArguments arguments = RunArguments.Parse(["-v", "data:/d:ro", "-v", "/own", "-v", "./x:/x", "--mount", "type=volume,source=v,target=/v", "debian"]);
        Assert.Null(arguments.Problem);
        Assert.Equal(["data:/d:ro", "/own"], arguments.Machine.Volumes);
        Assert.Equal("./x", Assert.Single(arguments.Options.Volumes).Source);
        Assert.Equal("v", Assert.Single(arguments.Machine.Mounts).Source);
    }

    [Fact]
    public void Health_limits_and_names_are_taken()
    {
        RunArguments arguments = RunArguments.Parse(
            ["--health-cmd", "x", "--health-interval", "1m30s", "--health-retries=2", "--ulimit", "nofile=1:2", "--shm-size", "1m", "--add-host", "a:::1", "--init", "debian"]);
        Assert.Null(arguments.Problem);
        Assert.Equal((90_000_000_000, 2), (arguments.Machine.Health!.Interval, arguments.Machine.Health.Retries));
        Assert.Equal((1L, 2L), (arguments.Machine.Ulimits[0].Soft, arguments.Machine.Ulimits[0].Hard));
        Assert.Equal(1 << 20, arguments.Machine.SharedMemory);
        Assert.Equal(["a:::1"], arguments.Machine.Hosts);
    }
}
