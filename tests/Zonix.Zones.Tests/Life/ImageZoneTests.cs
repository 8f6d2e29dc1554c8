using Zonix.Abi;
using Zonix.Images;
using Zonix.Zones.Configuration;
using Zonix.Zones.Life;

namespace Zonix.Zones.Tests.Life;

/// <summary>What zones of images have beside their programs: names, volumes, an init program, limits, health.</summary>
public sealed class ImageZoneTests
{
    [Fact]
    public async Task Files_of_names_are_the_zone_s_own_and_leave_no_trace_in_its_root()
    {
        await using ImageBench bench = ImageBench.Open();
        var like = new ZoneConfiguration { Hostname = "web", DnsDomain = "lan", Resolvers = ["9.9.9.9"], ExtraHosts = ["db:10.1.2.3"], Nics = [] };
        ZoneLife zone = await bench.CreateAsync("cat /etc/hosts /etc/hostname /etc/resolv.conf; echo mine > /etc/hosts; cat /etc/hosts; rm /etc/hosts", like);

        (int code, string output) = await ImageBench.RunAsync(zone);

        Assert.Contains("10.1.2.3\tdb\n", output, StringComparison.Ordinal);
        Assert.Contains("127.0.1.1\tweb.lan web\nweb\nnameserver 9.9.9.9\nsearch lan\nmine\n", output, StringComparison.Ordinal);
        Assert.NotEqual(0, code);
        Assert.Contains("busy", output, StringComparison.OrdinalIgnoreCase);
        (_, output) = await ImageBench.RunAsync(zone);
        Assert.Contains("127.0.0.1\tlocalhost\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_change_while_the_zone_runs()
    {
        await using ImageBench bench = ImageBench.Open();
        var seen = new Recorder();
        ZoneLife zone = await bench.CreateAsync("echo up; until grep -q 10.9.9.9 /etc/hosts; do sleep 0.05; done");
        zone.Console.Attach(seen);
        Task<int> end = zone.WaitNextExitAsync();
        await zone.StartAsync();
        await seen.UntilAsync("up");

        Assert.True(zone.ChangeNames(names => names with { Addresses = [System.Net.IPAddress.Parse("10.9.9.9")] }));

        Assert.Equal(0, await end.WaitAsync(Workbench.Patience));
        Assert.False(zone.ChangeNames(names => names));
    }

    [Fact]
    public async Task A_volume_begins_as_the_image_is_there_and_outlives_zones()
    {
        await using ImageBench bench = ImageBench.Open();
        var like = new ZoneConfiguration { Filesystems = [new ZoneFileSystem { Type = "volume", Source = "data", Target = "/srv" }] };
        Assert.Equal((0, "from the image33"), await bench.RunAsync("cat /srv/page; stat -c %u /srv/page | cat > /srv/owner; read x < /srv/owner; printf $x; touch /srv/new", like));
        var other = new ZoneConfiguration { Filesystems = [new ZoneFileSystem { Type = "volume", Source = "data", Target = "/d", Options = ["ro"] }] };
        (int code, string output) = await bench.RunAsync("ls /d; touch /d/x", other);
        Assert.NotEqual(0, code);
        Assert.StartsWith("new\nowner\npage\n", output, StringComparison.Ordinal);
        Assert.Contains("Read-only", output, StringComparison.Ordinal);
        Assert.Equal("data", Assert.Single(bench.Machine.Volumes.List()).Name);
    }

    [Fact]
    public async Task Two_zones_share_a_volume_that_is_in_use_until_the_last_has_ended()
    {
        await using ImageBench bench = ImageBench.Open();
        var like = new ZoneConfiguration { Filesystems = [new ZoneFileSystem { Type = "volume", Source = "data", Target = "/d" }] };
        ZoneLife one = await bench.CreateAsync("until [ -e /d/two ]; do sleep 0.05; done; touch /d/one; sleep 1000", like);
        await one.StartAsync();
        Assert.Equal((0, ""), await bench.RunAsync("touch /d/two; until [ -e /d/one ]; do sleep 0.05; done", like));
        Assert.Equal(ZoneError.Conflict, Assert.Throws<ZoneException>(() => bench.Machine.Volumes.Remove("data")).Error);
        await one.KillAsync(Signal.SIGKILL);
        await one.RemoveAsync(force: false);
        bench.Machine.Volumes.Remove("data");
        Assert.Empty(bench.Machine.Volumes.List());
    }

    [Fact]
    public async Task Volumes_of_an_image_are_made_for_each_zone_and_go_with_it()
    {
        var places = new SortedDictionary<string, System.Text.Json.JsonElement> { ["/srv"] = System.Text.Json.JsonDocument.Parse("{}").RootElement };
        await using ImageBench bench = ImageBench.Open(new ImageConfig { Volumes = places });
        ZoneLife zone = await bench.CreateAsync("cat /srv/page; touch /srv/x");
        Assert.Equal((0, "from the image"), await ImageBench.RunAsync(zone));
        Assert.True(Assert.Single(bench.Machine.Volumes.List()).IsAnonymous);
        await zone.RemoveAsync(force: false, volumes: true);
        Assert.Empty(bench.Machine.Volumes.List());
    }

    [Fact]
    public async Task The_init_program_waits_for_orphans_passes_signals_on_and_ends_as_the_program_does()
    {
        await using ImageBench bench = ImageBench.Open();
        var like = new ZoneConfiguration { Init = new ZoneInit { Init = true } };
        (int code, string output) = await bench.RunAsync("echo $$; (setsid sleep 0.01 &) ; sleep 0.5; grep -l '^State:.Z' /proc/[0-9]*/status; cat /proc/1/comm; exit 7", like);
        Assert.Equal((7, "2\ndocker-init\n"), (code, output));
        (code, output) = await bench.RunAsync("kill -9 $$", like);
        Assert.Equal((137, ""), (code, output));

        var seen = new Recorder();
        ZoneLife zone = await bench.CreateAsync("trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done", like);
        zone.Console.Attach(seen);
        await zone.StartAsync();
        await seen.UntilAsync("up");
        await zone.StopAsync(Workbench.Patience);
        Assert.Equal(5, zone.Record.ExitCode);

        ZoneLife missing = await bench.Machine.Zones.CreateAsync(new ZoneConfiguration { Image = "small", Init = new ZoneInit { Init = true, Cmd = ["nonesuch"] } });
        Assert.Equal(ZoneError.CommandNotFound, (await Assert.ThrowsAsync<ZoneException>(() => missing.StartAsync())).Error);
    }

    [Fact]
    public async Task Limits_and_capabilities_are_those_of_all_programs()
    {
        await using ImageBench bench = ImageBench.Open();
        var like = new ZoneConfiguration
        {
            Ulimits = [new ZoneUlimit { Name = "nofile", Soft = 100, Hard = 200 }],
            CapDrop = ["ALL"],
            CapAdd = ["NET_RAW"],
        };
        (int code, string output) = await bench.RunAsync("ulimit -n; ulimit -Hn; grep -E 'CapEff|CapBnd' /proc/self/status; chown 1 /tmp", like);
        Assert.NotEqual(0, code);
        Assert.StartsWith("100\n200\nCapEff:\t0000000000002000\nCapBnd:\t0000000000002000\n", output, StringComparison.Ordinal);
        Assert.Throws<ZoneException>(() => ZoneValidation.Check(like with { Image = "x", CapDrop = ["FLYING"] }));
        Assert.Throws<ZoneException>(() => ZoneValidation.Check(like with { Image = "x", Ulimits = [new ZoneUlimit { Name = "nofiles", Soft = 1, Hard = 1 }] }));
    }

    [Fact]
    public async Task A_file_is_not_mounted_over_a_directory()
    {
        await using ImageBench bench = ImageBench.Open();
        string file = Path.GetTempFileName();
        ZoneLife zone = await bench.CreateAsync("true", new ZoneConfiguration { Filesystems = [new ZoneFileSystem { Type = "lofs", Source = file, Target = "/srv" }] });
        ZoneException e = await Assert.ThrowsAsync<ZoneException>(() => zone.StartAsync());
        File.Delete(file);
        Assert.Contains($"cannot mount {file} at /srv", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_found_out_by_a_program_in_the_zone()
    {
        await using ImageBench bench = ImageBench.Open();
        const long Soon = 50_000_000;
        var check = new ZoneHealthcheck { Test = ["CMD-SHELL", "echo checked; test -e /ok"], Interval = Soon, Retries = 2 };
        ZoneLife zone = await bench.CreateAsync("exec sleep 1000", new ZoneConfiguration { Init = new ZoneInit { Healthcheck = check } });
        Assert.Null(zone.Health);
        using var patience = new CancellationTokenSource(Workbench.Patience);
        await using IAsyncEnumerator<ZoneEvent> news = bench.Machine.Zones.Events.ListenAsync(DateTimeOffset.UnixEpoch, patience.Token).GetAsyncEnumerator(patience.Token);
        await zone.StartAsync();

        await UntilAsync(news, "health_status: unhealthy");
        Assert.Equal("unhealthy", zone.Health!.Status);
        HealthProbe probe = zone.Health.Log[^1];
        Assert.Equal((1, "checked\n"), (probe.ExitCode, probe.Output));
        await zone.StartExec(zone.CreateExec(new ZoneInit { Cmd = ["touch", "/ok"] }));
        await UntilAsync(news, "health_status: healthy");
        Assert.Equal(0, zone.Health.FailingStreak);
    }

    private static async Task UntilAsync(IAsyncEnumerator<ZoneEvent> news, string action)
    {
        while (await news.MoveNextAsync() && news.Current.Action != action)
        {
        }

        Assert.Equal(action, news.Current.Action);
    }
}
