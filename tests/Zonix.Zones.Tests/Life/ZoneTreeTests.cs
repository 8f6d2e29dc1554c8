using System.Text;
using Zonix.Abi;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Vfs;
using Zonix.Zones.Configuration;
using Zonix.Zones.Content;
using Zonix.Zones.Life;

namespace Zonix.Zones.Tests.Life;

/// <summary>Trees of zones from outside: files in and out, snapshots, rollback, clones.</summary>
public sealed class ZoneTreeTests
{
    [Fact]
    public async Task Files_go_in_and_out_of_a_zone_that_runs_and_of_one_that_does_not()
    {
        await using ImageBench bench = ImageBench.Open();
        ZoneLife zone = await bench.CreateAsync("cat /srv/in; stat -c '%u %g %a' /srv/in");
        await UnpackAsync(zone, "/srv", ("in", "text", 0x180, 33));
        Assert.Equal((0, "text33 34 600\n"), await ImageBench.RunAsync(zone));

        ZoneLife running = await bench.CreateAsync("exec sleep 1000", new ZoneConfiguration { Filesystems = [new ZoneFileSystem { Type = "tmpfs", Target = "/m" }] });
        await running.StartAsync();
        await UnpackAsync(running, "/m", ("a/b", "deep", 0x1A4, 0));
        Assert.Equal(["m", "m/a", "m/a/b"], await NamesAsync(running, "/m"));
        Assert.Equal([".", "./a", "./a/b"], await NamesAsync(running, "/m/."));
        await running.KillAsync(Signal.SIGKILL);
        Assert.Equal(["m"], await NamesAsync(running, "/m"));
    }

    [Fact]
    public async Task Links_lead_within_the_zone_and_nowhere_else()
    {
        await using ImageBench bench = ImageBench.Open();
        string host = Directory.CreateTempSubdirectory("zonix-outside-").FullName;
        ZoneLife zone = await bench.CreateAsync($"ln -s {host} /out; mkdir -p {host}; ln -s ../../../../srv /tmp/up");
        Assert.Equal(0, (await ImageBench.RunAsync(zone)).Code);

        await UnpackAsync(zone, "/", ("out/x", "inside", 0x1A4, 0), ("tmp/up/y", "up", 0x1A4, 0));

        Assert.Empty(Directory.EnumerateFileSystemEntries(host));
        Assert.Equal(["x"], await NamesAsync(zone, $"{host}/x"));
        Assert.Equal(["y"], await NamesAsync(zone, "/srv/y"));
        PlaceStat stat = await zone.VisitAsync(changes: false, (tree, _) => ZoneArchive.Stat(tree, "/tmp/up"));
        Assert.Equal(("up", "/srv"), (stat.Name, stat.LinkTarget));
        await Assert.ThrowsAsync<ZoneException>(() => UnpackAsync(zone, "/", ("../x", "", 0x1A4, 0)));
        Directory.Delete(host);
    }

    [Fact]
    public async Task What_must_stay_is_not_replaced()
    {
        await using ImageBench bench = ImageBench.Open();
        ZoneLife zone = await bench.CreateAsync("exec sleep 1000", new ZoneConfiguration { Resolvers = ["9.9.9.9"] });
        await zone.StartAsync();
        Assert.Contains("busy", (await Assert.ThrowsAsync<ZoneException>(() => UnpackAsync(zone, "/etc", ("hosts", "", 0x1A4, 0)))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot overwrite directory", (await Assert.ThrowsAsync<ZoneException>(() => UnpackAsync(zone, "/", ("srv", "", 0x1A4, 0)))).Message, StringComparison.Ordinal);
        Assert.Equal(ZoneError.NotFound, (await Assert.ThrowsAsync<ZoneException>(() => UnpackAsync(zone, "/none", ("x", "", 0x1A4, 0)))).Error);
        Assert.Equal(ZoneError.Invalid, (await Assert.ThrowsAsync<ZoneException>(() => UnpackAsync(zone, "/srv/page", ("x", "", 0x1A4, 0)))).Error);

        ZoneLife fixedRoot = await bench.CreateAsync("true", new ZoneConfiguration { ReadOnlyRoot = true });
        Assert.Contains("read-only", (await Assert.ThrowsAsync<ZoneException>(() => UnpackAsync(fixedRoot, "/srv", ("x", "", 0x1A4, 0)))).Message, StringComparison.Ordinal);
        ZoneLife host = await bench.Machine.Zones.CreateAsync(Workbench.Script("true"));
        Assert.Contains("start it first", (await Assert.ThrowsAsync<ZoneException>(() => UnpackAsync(host, "/tmp", ("x", "", 0x1A4, 0)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_that_was_broken_is_rolled_back_and_runs_again()
    {
        await using ImageBench bench = ImageBench.Open();
        ZoneLife zone = await bench.CreateAsync("exec sleep 1000");
        await zone.StartAsync();
        await zone.SnapshotAsync("good");
        await ExecAsync(zone, 0, "rm", "-rf", "/srv", "/bin");
        Assert.Throws<ZoneException>(() => { _ = zone.StartExec(zone.CreateExec(new ZoneInit { Cmd = ["cat", "/srv/page"] })); });

        await zone.RollbackAsync("good", TimeSpan.Zero);

        Assert.True(zone.IsRunning);
        await ExecAsync(zone, 0, "cat", "/srv/page");
        Assert.Equal(ZoneError.NotFound, (await Assert.ThrowsAsync<ZoneException>(() => zone.RollbackAsync("none"))).Error);
        Assert.True(zone.IsRunning);
    }

    [Fact]
    public async Task A_rollback_right_behind_a_kill_finds_the_tree_closed()
    {
        await using ImageBench bench = ImageBench.Open();
        ZoneLife zone = await bench.CreateAsync("exec sleep 1000");
        await zone.SnapshotAsync("new");
        for (int i = 0; i < 5; i++)
        {
            await zone.StartAsync();
            await zone.KillAsync(Signal.SIGKILL);
            bench.Machine.Pool.Rollback($"{zone.Configuration.Dataset}@new");
        }

        await zone.DestroySnapshotAsync("new");
        Assert.Empty(zone.Snapshots);
    }

    [Fact]
    public async Task Clones_begin_as_the_zone_is_and_go_their_own_way()
    {
        await using ImageBench bench = ImageBench.Open();
        ZoneLife zone = await bench.CreateAsync("exec sleep 1000");
        await zone.StartAsync();
        await zone.SnapshotAsync("old");
        await ExecAsync(zone, 0, "touch", "/srv/later");
        ZoneLife now = await bench.Machine.Zones.CloneAsync(zone, null, "now"), old = await bench.Machine.Zones.CloneAsync(zone, "old", null);
        Assert.Equal(["later"], await NamesAsync(now, "/srv/later"));
        Assert.Equal(ZoneError.NotFound, (await Assert.ThrowsAsync<ZoneException>(() => NamesAsync(old, "/srv/later"))).Error);
        await now.StartAsync();
        await ExecAsync(now, 0, "rm", "/srv/page");
        await ExecAsync(zone, 0, "cat", "/srv/page");
        Assert.Equal(ZoneError.Conflict, (await Assert.ThrowsAsync<ZoneException>(() => bench.Machine.Zones.CloneAsync(zone, null, "now"))).Error);
        await now.RemoveAsync(force: true);
        await old.RemoveAsync(force: true);
        Assert.Equal("old", Assert.Single(zone.Snapshots).Name);
        await zone.RemoveAsync(force: true);
    }

    private static async Task ExecAsync(ZoneLife zone, int code, params string[] words)
    {
        ZoneExec exec = zone.CreateExec(new ZoneInit { Cmd = words });
        await zone.StartExec(exec).WaitAsync(Workbench.Patience);
        Assert.Equal(code, exec.ExitCode);
    }

    private static Task UnpackAsync(ZoneLife zone, string path, params (string Name, string Text, uint Mode, uint Uid)[] files)
    {
        var archive = new MemoryStream();
        var tar = new TarWriter(archive);
        foreach ((string name, string text, uint mode, uint uid) in files)
        {
            byte[] content = Encoding.UTF8.GetBytes(text);
            tar.WriteEntry(new TarEntry
            {
                Kind = TarEntryKind.File, Name = Encoding.UTF8.GetBytes(name), Size = content.Length,
                Attributes = new EntryAttributes(FileModeBits.S_IFREG | mode, uid, uid == 0 ? 0 : uid + 1, new Timestamp(1, 0)),
            });
            tar.Write(content);
        }

        tar.Complete();
        archive.Position = 0;
        return zone.VisitAsync(changes: true, (tree, cancellation) =>
        {
            ZoneArchive.Unpack(tree, path, archive, keepsKinds: true, cancellation);
            return true;
        });
    }

    private static async Task<string[]> NamesAsync(ZoneLife zone, string path)
    {
        var archive = new MemoryStream();
        await zone.VisitAsync(changes: false, (tree, cancellation) =>
        {
            ZoneArchive.Pack(tree, path, archive, cancellation);
            return true;
        });
        archive.Position = 0;
        var tar = new TarReader(archive);
        var names = new List<string>();
        while (tar.Next() is { } entry)
            names.Add(Encoding.UTF8.GetString(entry.Name).TrimEnd('/'));
        return [.. names];
    }
}
