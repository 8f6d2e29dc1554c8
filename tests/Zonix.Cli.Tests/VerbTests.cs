using System.Text.Json.Nodes;
using static Zonix.Cli.Tests.MachineFixture;

namespace Zonix.Cli.Tests;

/// <summary>Commands as their users type them, with a machine behind them.</summary>
[Collection(OneMachine.Name)]
public sealed class VerbTests(MachineFixture fixture)
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
    public void Files_are_copied_between_zones()
    {
        NeedsImage();
        string from = Path.Combine(fixture.Files, "across"), to = Path.Combine(fixture.Files, "across-back");
        Directory.CreateDirectory(Path.Combine(from, "deep"));
        Directory.CreateDirectory(to);
        File.WriteAllText(Path.Combine(from, "deep", "f"), "hello");
        Ok("run", "-d", "--name", "left", "small", "sleep", "1000");
        Ok("run", "-d", "--name", "right", "small", "sleep", "1000");
        Ok("cp", "-q", from, "left:/srv");
        Assert.Contains("5B", Run("cp", "left:/srv/across", "right:/srv/other").Error, StringComparison.Ordinal);
        Ok("cp", "-q", "right:/srv/other", to);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(to, "other", "deep", "f")));
        Ok("cp", "-q", "left:/srv/across/deep/f", "right:/srv/g");
        Ok("cp", "-q", "left:/srv/across/.", "right:/srv/other");
        Ok("kill", "right");
        Ok("cp", "-q", "right:/srv/g", "right:/srv/other/h");
        Ok("cp", "-q", "right:/srv/other/.", to);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(to, "h")));
        Assert.Contains("Could not find the file /none", Run("cp", "left:/none", "right:/srv").Error, StringComparison.Ordinal);
        Assert.Contains("mkdir -p /none", Run("cp", "left:/srv", "right:/none/x").Error, StringComparison.Ordinal);
        Assert.Contains("No such container: nobody", Run("cp", "left:/srv", "nobody:/").Error, StringComparison.Ordinal);
        Ok("rm", "-f", "left", "right");
    }

    [Fact]
    public void Zones_are_found_by_filters()
    {
        NeedsImage();
        Ok("run", "-d", "--name", "find", "-l", "a=b", "small", "sleep", "1000");
        Ok("create", "--name", "find2", "small", "true");
        Assert.Equal("find\n", Ok("ps", "-a", "--filter", "name=^find$", "--format", "{{.Names}}"));
        Assert.Equal("find2\nfind\n", Ok("ps", "-a", "--filter", "name=find", "--format", "{{.Names}}"));
        Assert.Equal("find2\n", Ok("ps", "-a", "--filter", "name=find", "--filter", "since=find", "--format", "{{.Names}}"));
        Assert.Equal("find\n", Ok("ps", "-a", "--filter", "name=find", "--filter", "before=find2", "--format", "{{.Names}}"));
        Assert.Equal("find\n", Ok("ps", "--filter", "ancestor=small:latest", "--filter", "name=find", "--format", "{{.Names}}"));
        Assert.Equal("NAMES   LABEL\nfind    b\n", Ok("ps", "--filter", "label=a=b", "--format", "table {{.Names}}\\t{{.Label \"a\"}}").Replace("a\n", "LABEL\n", StringComparison.Ordinal));
        Assert.Contains("invalid filter 'nosuch': expected one of ancestor", Run("ps", "--filter", "nosuch=1").Error, StringComparison.Ordinal);
        Assert.Contains("expected created", Run("ps", "--filter", "status=gone").Error, StringComparison.Ordinal);
        Assert.Contains("virtual", Ok("ps", "-s"), StringComparison.Ordinal);
        Assert.Equal("small\n", Ok("images", "sm*", "--format", "{{.Repository}}"));
        Assert.Equal("", Ok("images", "nothing", "-q"));
        Ok("rm", "-f", "find", "find2");
    }

    [Fact]
    public void New_limits_act_on_a_zone_that_runs()
    {
        NeedsImage();
        Ok("run", "-d", "--name", "limits", "small", "sleep", "1000");
        Ok("update", "-m", "64m", "--cpu-quota", "50000", "--pids-limit", "9", "limits");
        Zonix.Zones.Zone running = fixture.Machine.Zones.Find("limits").Kernel!;
        Assert.Equal(64ul << 20, running.Groups.Root.Memory.Max);
        Assert.Equal(9, running.Groups.Root.Pids.Limit);
        Assert.Equal("500000000\n", Ok("inspect", "-f", "{{.HostConfig.NanoCpus}}", "limits"));
        Assert.Contains("nothing to be changed", Run("update", "limits").Error, StringComparison.Ordinal);
        Ok("rm", "-f", "limits");
    }

    [Fact]
    public void Processes_are_shown_in_the_columns_that_are_wanted()
    {
        NeedsImage();
        Ok("run", "-d", "--name", "columns", "small", "sleep", "1000");
        Assert.StartsWith("UID   PID   PPID", Ok("top", "columns"), StringComparison.Ordinal);
        Assert.Matches("^USER +PID +%CPU .*COMMAND\nroot +1 ", Ok("top", "columns", "aux"));
        Assert.Matches("^PID +CMD\n1 +sleep 1000\n$", Ok("top", "columns", "-eo", "pid,cmd"));
        Assert.Contains("Couldn't find PID field", Run("top", "columns", "-o", "cmd").Error, StringComparison.Ordinal);
        Assert.Contains("expected one of %cpu, ", Run("top", "columns", "-o", "pid,nosuch").Error, StringComparison.Ordinal);
        Ok("rm", "-f", "columns");
    }

    [Fact]
    public void What_has_happened_is_told_also_when_nothing_more_is_waited_for()
    {
        NeedsImage();
        Ok("create", "--name", "news", "small", "true");
        Ok("rename", "news", "old");
        Assert.Equal("rename /news\n", Ok("events", "--since", "1h", "--until", "0s", "--filter", "event=rename", "--filter", "container=old", "--format", "{{.Action}} {{.Actor.Attributes.oldName}}"));
        Assert.Matches(" container rename [0-9a-f]{64} \\(image=small, name=old, oldName=/news\\)\n$", Ok("events", "--since", "1h", "--until", "0s", "--filter", "event=rename", "--filter", "container=old"));
        Assert.Contains("Deleted Containers:", Ok("container", "prune", "-f"), StringComparison.Ordinal);
    }

    [Fact]
    public void Anything_is_inspected_by_its_name()
    {
        NeedsImage();
        Assert.Equal("bridge\n", Ok("inspect", "-f", "{{.Name}}", "bridge"));
        Assert.Contains("No such object: nothing", Run("inspect", "nothing").Error, StringComparison.Ordinal);
        Assert.Equal("sha256\n", Ok("inspect", "-f", "{{index (split .Id \":\") 0}}", "small"));
    }

    [Fact]
    public void The_machine_in_front_needs_the_folder_for_itself() =>
        Assert.Contains("zonix machine stop", Run("run", "--foreground", "--name", "f", "host", "true").Error, StringComparison.Ordinal);
}
