using System.Diagnostics;
using Zonix.Cli.Commands;
using Zonix.Cli.Completion;
using static Zonix.Cli.Tests.MachineFixture;

namespace Zonix.Cli.Tests;

/// <summary>What shells are told that a word can become, and bash as it asks for that.</summary>
[Collection(OneMachine.Name)]
public sealed class CompletionTests(MachineFixture fixture)
{
    [Fact]
    public void All_commands_and_their_options_are_known()
    {
        foreach (System.CommandLine.Command command in CommandTree.Create().Subcommands)
        {
            Assert.Contains(command.Name, Complete(command.Name[..1]));
            if (command.Name is "run" or "create")
                continue;
            string[] options = Complete(command.Name, "-");
            foreach (System.CommandLine.Option option in command.Options)
                Assert.Contains(option.Name, options);
        }

        Assert.Equal(["rollback"], Complete("zone", "roll"));
        Assert.Equal(["--timeout"], Complete("zone", "rollback", "--ti"));
        Assert.Equal(["json"], Complete("ps", "--format=j").Select(static one => one["--format=".Length..]));
    }

    [Fact]
    public void Options_of_run_are_those_that_it_reads()
    {
        foreach (string name in RunOptionNames.Switches.Where(static name => name != "--help"))
            Assert.DoesNotContain("unknown", RunArguments.Parse([name, "host", "true"]).Problem ?? "", StringComparison.Ordinal);
        foreach (string name in RunOptionNames.Valued)
            Assert.DoesNotContain("unknown", RunArguments.Parse([name, "?", "host", "true"]).Problem ?? "", StringComparison.Ordinal);
        Assert.Contains("--network", Complete("run", "--net"));
        Assert.Equal(["always", "missing", "never"], Complete("run", "--pull", ""));
        Assert.Empty(Complete("run", "-d", "image", "--net"));
        Assert.Contains("--network", Complete("run", "-d", "-e", "A=B", "--net"));
    }

    [Fact]
    public void Names_are_those_that_are_there()
    {
        if (fixture.Machine.Images.List().Count == 0)
            Assert.Skip("the host has no ldd");
        Ok("create", "--name", "tab-one", "small", "true");
        Assert.Equal(["tab-one"], Complete("start", "tab"));
        Assert.Empty(Complete("exec", "tab"));
        Assert.Equal(["tab-one"], Complete("rm", "-f", "tab"));
        Assert.Equal(["tab-one:"], Complete("cp", "tab"));
        Assert.Equal(["small:latest"], Complete("rmi", "sm"));
        Assert.Equal(["small:latest"], Complete("run", "--rm", "sm"));
        Assert.Equal(["bridge"], Complete("run", "--network", "br"));
        Assert.Contains("small:latest", Complete("inspect", ""));
        Ok("rm", "tab-one");
    }

    [Fact]
    public void Bash_completes_a_line()
    {
        string folder = Path.Combine(fixture.Files, "tab");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "archive.tar"), "");
        Assert.Equal("zonix zone snapshot\nzonix zone snapshots\n", Bash(folder, "zonix zone snapsh"));
        Assert.Equal("zonix load --input\n", Bash(folder, "zonix load --inp"));
        Assert.Equal("zonix load -i archive.tar\n", Bash(folder, "zonix load -i arch"));
        Assert.Equal("zonix run --sig-proxy\n", Bash(folder, "zonix run --sig"));
        if (fixture.Machine.Images.List().Count == 0)
            return;
        Assert.Equal("zonix run small:latest\n", Bash(folder, "zonix run sma"));
        Assert.Equal("zonix run small:latest\n", Bash(folder, "zonix run small:la"));
    }

    [Theory]
    [InlineData("zonix run 'a b' c", new[] { "zonix", "run", "a b", "c" })]
    [InlineData("zonix run \"a\\\"b\" ", new[] { "zonix", "run", "a\"b", "" })]
    [InlineData("zonix a\\ b'", new[] { "zonix", "a b" })]
    [InlineData("", new[] { "" })]
    public void Lines_are_split_as_shells_do(string line, string[] words) => Assert.Equal(words, CommandLineText.Split(line));

    private static string[] Complete(params string[] words) =>
        [.. new Completer(CommandTree.Create()).Complete(words).Select(static one => one.Text).Distinct().Order(StringComparer.Ordinal)];

    // What is shown for each candidate: the line with the last of bash's words replaced, as readline does.
    private static string Bash(string folder, string line)
    {
        const string Script = """
            zonix() { "$ZONIX_UNDER_TEST" "$@"; }
            source <(zonix completion bash) || exit
            COMP_LINE=$1 COMP_POINT=${#1}
            IFS=$' \n' read -r -d '' -a COMP_WORDS < <(printf %s "${1//:/ : }")
            [[ $1 == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            compopt() { :; }
            COMP_WORDS[0]=$ZONIX_UNDER_TEST
            _zonix
            for word in "${COMPREPLY[@]}"; do
                printf '%s\n' "${1%"${COMP_WORDS[COMP_CWORD]}"}$word"
            done
            """;
        var info = new ProcessStartInfo("bash", ["--norc", "-c", Script, "bash", line]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        info.Environment["ZONIX_UNDER_TEST"] = Environment.GetEnvironmentVariable("ZONIX_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "zonix");
        using Process bash = Process.Start(info)!;
        Task<string> error = bash.StandardError.ReadToEndAsync();
        string output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        Assert.Equal("", error.Result);
        return output;
    }
}
