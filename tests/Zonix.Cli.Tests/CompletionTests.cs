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
        Assert.Equal("zonix zone snapshot\nzonix zone snapshots\n", Bash("zonix zone snapsh"));
        Assert.Equal("zonix load --input\n", Bash("zonix load --inp"));
        Assert.Equal("zonix load -i archive.tar\n", Bash("zonix load -i arch"));
        Assert.Equal("zonix run --sig-proxy\n", Bash("zonix run --sig"));
        if (fixture.Machine.Images.List().Count == 0)
            return;
        Assert.Equal("zonix run small:latest\n", Bash("zonix run sma"));
        Assert.Equal("zonix run small:latest\n", Bash("zonix run small:la"));
    }

    [Fact]
    public void Fish_completes_a_line()
    {
        Assert.Equal("snapshot\nsnapshots\n", Fish("zonix zone snapsh"));
        Assert.Equal("--input\n", Fish("zonix load --inp"));
        Assert.Equal("archive.tar\n", Fish("zonix load -i arch"));
        if (fixture.Machine.Images.List().Count > 0)
            Assert.Equal("small:latest\n", Fish("zonix run sma"));
    }

    [Fact]
    public void Zsh_completes_a_line()
    {
        Assert.Equal("zonix zone snapshot", Zsh("zonix zone snapsh"));
        Assert.Equal("zonix load --input", Zsh("zonix load --inp"));
        Assert.Equal("zonix load -i archive.tar", Zsh("zonix load -i arch"));
        if (fixture.Machine.Images.List().Count > 0)
            Assert.Equal("zonix run small:latest", Zsh("zonix run sma"));
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
    private string Bash(string line) => Shell(line, "bash", "--norc", "-c", """
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
        """, "bash");

    // The candidates, without their descriptions.
    private string Fish(string line) => Shell(line, "fish", "--no-config", "-c", """
        zonix completion fish | source
        complete -C $argv[1] | string split -f 1 \t
        """);

    // The line as it stands after a tab: zsh completes in its editor alone, so somebody has to type.
    private string Zsh(string line)
    {
        if (!HostPrograms.Has("zsh"))
            Assert.Skip("zsh is not installed");
        string screen = Shell(line, "expect", "-c", """
            log_user 0
            set timeout 60
            spawn zsh -f -i
            send "autoload -Uz compinit; compinit -u -D; source <(zonix completion zsh)\r"
            send "show() { print -r -- \"line=(\$BUFFER)\"; BUFFER=; zle .accept-line }; zle -N show; bindkey '^X' show; print rea''dy\r"
            expect ready
            send "$env(LINE_UNDER_TEST)\t\030"
            expect -re {line=\(([^)]*)\)} { puts $expect_out(1,string) }
            exit
            """);
        return screen.Trim();
    }

    private string Shell(string line, string shell, params string[] arguments)
    {
        if (!HostPrograms.Has(shell))
            Assert.Skip($"{shell} is not installed");
        string folder = Path.Combine(fixture.Files, "tab");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "archive.tar"), "");
        string program = Environment.GetEnvironmentVariable("ZONIX_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "zonix");
        var info = new ProcessStartInfo(shell, [.. arguments, line]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        info.Environment["ZONIX_UNDER_TEST"] = program;
        info.Environment["LINE_UNDER_TEST"] = line;
        info.Environment["PATH"] = $"{Path.GetDirectoryName(program)}:{info.Environment["PATH"]}";
        using Process process = Process.Start(info)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", error.Result);
        return output;
    }
}
