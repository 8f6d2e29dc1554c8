using System.Text.Json.Nodes;
using static Zonix.Cli.Tests.MachineFixture;

namespace Zonix.Cli.Tests;

/// <summary>Commands as their users type them, with a machine behind them.</summary>
public sealed class VerbTests(MachineFixture fixture) : IClassFixture<MachineFixture>
{
    private void NeedsImage()
    {
        if (fixture.Machine.Images.List().Count == 0)
            Assert.Skip("the host has no ldd");
    }

    [Fact]
    public void Files_are_copied_both_ways()
    {
        NeedsImage();
        Ok("run", "-d", "--name", "cp", "small", "sleep", "1000");
        string from = Path.Combine(fixture.Files, "cp-from"), to = Path.Combine(fixture.Files, "cp-to");
        Directory.CreateDirectory(from);
        Directory.CreateDirectory(to);
        File.WriteAllText(Path.Combine(from, "f"), "hello");
        Assert.Contains("5B", Run("cp", from, "cp:/srv").Error, StringComparison.Ordinal);
        Ok("cp", "-q", "cp:/srv/cp-from/.", to);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(to, "f")));
        Ok("cp", "-q", Path.Combine(from, "f"), "cp:/srv/page");
        Ok("kill", "cp");
        Ok("cp", "-q", "cp:/srv/page", to);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(to, "page")));
        Assert.Contains("mkdir -p /none", Run("cp", from, "cp:/none/x").Error, StringComparison.Ordinal);
        Assert.Contains("Could not find the file /none", Run("cp", "cp:/none", to).Error, StringComparison.Ordinal);
        Assert.Contains("pipe", Run("cp", "cp:/srv", "cp:/tmp").Error, StringComparison.Ordinal);
        Ok("rm", "cp");
    }

    [Fact]
    public void Zones_are_kept_rolled_back_and_cloned()
    {
        NeedsImage();
        Ok("run", "-d", "--name", "keep", "small", "sleep", "1000");
        Assert.Equal("one\n", Ok("zone", "snapshot", "keep", "one"));
        Assert.Equal("one\n", Ok("zone", "snapshots", "keep", "--format", "{{.name}}"));
        Assert.Equal("twin\n", Ok("zone", "clone", "keep@one", "twin", "--boot"));
        Ok("zone", "rollback", "keep", "one", "-t", "0");
        Assert.Contains("no such snapshot: two", Run("zone", "rollback", "keep", "two").Error, StringComparison.Ordinal);
        Assert.Equal("running\nrunning\n", Ok("ps", "--filter", "ancestor=small", "--filter", "name=keep", "--filter", "name=twin", "--format", "{{.State}}"));
        Ok("zone", "delete", "twin");
        Ok("zone", "delete", "keep@one");
        Ok("rm", "-f", "keep");
    }

    [Fact]
    public void Volumes_live_longer_than_zones()
    {
        NeedsImage();
        Assert.Equal("data\n", Ok("volume", "create", "data", "--label", "a=b"));
        Ok("create", "--name", "vol", "-v", "data:/d", "-v", "/own", "small", "true");
        Assert.Contains("VOLUME NAME", Ok("volume", "ls"), StringComparison.Ordinal);
        Assert.Equal("data\n", Ok("volume", "ls", "-q", "--filter", "label=a=b"));
        Assert.Equal("b", JsonNode.Parse(Ok("volume", "inspect", "data"))![0]!["Labels"]!["a"]!.ToString());
        Assert.Contains("in use", Run("volume", "rm", "data").Error, StringComparison.Ordinal);
        Ok("rm", "-v", "vol");
        Assert.Equal("data\n", Ok("volume", "ls", "-q"));
        Ok("volume", "rm", "data");
        Ok("volume", "rm", "-f", "data");
        Assert.Contains("0B", Ok("volume", "prune", "-f"), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_are_tables_for_people_and_json_for_programs()
    {
        NeedsImage();
        Ok("run", "-d", "--name", "list", "small", "sleep", "1000");
        foreach (string[] command in (string[][])[
            ["ps", "-a"], ["container", "ls"], ["images"], ["image", "ls"], ["history", "small"], ["top", "list"], ["volume", "ls"], ["dataset", "list"], ["pool", "list"],
            ["zone", "list"], ["zone", "snapshots", "list"], ["system", "df"], ["diff", "list"], ["stats", "--no-stream", "list"]])
        {
            Ok(command);
            foreach (string line in Ok([.. command, "--format", "json"]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Assert.True(JsonNode.Parse(line) is JsonObject, $"{string.Join(' ', command)}: {line}");
        }

        Ok("rename", "list", "listed");
        Ok("update", "--cpus", "0.5", "-m", "64m", "listed");
        Assert.Equal("67108864\n", Ok("inspect", "--format", "{{.HostConfig.Memory}}", "listed"));
        Ok("kill", "listed");
        Assert.Equal("137\n", Ok("wait", "listed"));
        Ok("container", "prune", "-f");
        Ok("image", "prune", "-f");
        Ok("image", "inspect", "small");
        Assert.Contains("No such container: listed", Run("start", "listed").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Completion_knows_all_commands()
    {
        string script = Ok("completion", "bash");
        foreach (string word in (string[])["cp", "volume", "snapshot", "rollback", "clone", "system", "df", "--format"])
            Assert.Contains(word, script, StringComparison.Ordinal);
        Assert.Contains("run)", script.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("-a volume", Ok("completion", "fish"), StringComparison.Ordinal);
        Assert.StartsWith("#compdef", Ok("completion", "zsh"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_machine_in_front_needs_the_folder_for_itself() =>
        Assert.Contains("zonix machine stop", Run("run", "--foreground", "--name", "f", "host", "true").Error, StringComparison.Ordinal);
}
