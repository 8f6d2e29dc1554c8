using Zonix.Zones.Configuration;
using Zonix.Zones.Life;
using Zonix.Zones.Networks;
using Zonix.Zones.Tests.Life;

namespace Zonix.Zones.Tests.Networks;

/// <summary>Zones on networks: who reaches whom, by which address, and what is told of a wrong configuration.</summary>
public sealed class ZoneNetworkTests
{
    private const string Server = """
        import socket, sys
        s = socket.create_server(("", 7000))
        print("up", flush=True)
        while True:
            c, a = s.accept()
            c.sendall(("you are " + a[0]).encode())
            c.close()
        """;

    private const string Client = """
        import socket, sys
        try:
            c = socket.create_connection((sys.argv[1], 7000), timeout=20)
            print(c.makefile().read(), flush=True)
        except OSError as e:
            print(type(e).__name__, e.errno, flush=True)
        """;

    [Fact]
    public async Task Two_zones_of_a_network_talk_and_a_third_of_another_does_not()
    {
        await using var bench = new Workbench();
        bench.Machine.Networks.Create(new NetworkConfiguration { Name = "blue", Subnet = "10.77.0.0/24" });
        bench.Machine.Networks.Create(new NetworkConfiguration { Name = "red", Subnet = "10.78.0.0/24" });
        var up = new Recorder();
        ZoneLife server = await bench.Machine.Zones.CreateAsync(Python(Server, "", "server", new ZoneNic { NicTag = "blue", Ip = "10.77.0.9" }));
        server.Console.Attach(up);
        await server.StartAsync();
        await up.UntilAsync("up");
        NetworkEndpoint place = Assert.Single(server.Endpoints);
        Assert.Equal("10.77.0.9", place.V4!.Value.Address.ToString());
        Assert.Equal("02:42:0a:4d:00:09", place.Mac);
        Assert.Equal(place.V4!.Value.Address, Assert.Single(place.Network.Kernel.Resolve("server")));

        Assert.Equal("you are 10.77.0.2\n", await RunAsync(bench, Python(Client, "10.77.0.9", "near", new ZoneNic { Network = "blue" })));
        Assert.Equal("OSError 113\n", await RunAsync(bench, Python(Client, "10.77.0.9", "far", new ZoneNic { Network = "red" })));
        Assert.Equal("OSError 101\n", await RunAsync(bench, Python(Client, "10.77.0.9", "alone")));
        await server.StopAsync(TimeSpan.Zero);
        Assert.Empty(server.Endpoints);
        Assert.Empty(place.Network.Kernel.Ports);
    }

    [Fact]
    public async Task A_zone_that_runs_is_put_on_a_network_and_taken_off()
    {
        await using var bench = new Workbench();
        LocalNetwork network = bench.Machine.Networks.Create(new NetworkConfiguration { Name = "late" });
        var up = new Recorder();
        ZoneLife zone = await bench.CreateAsync("echo up; sleep 1000");
        zone.Console.Attach(up);
        await zone.StartAsync();
        await up.UntilAsync("up");
        await zone.ConnectAsync(new ZoneNic { NicTag = "late", Aliases = ["shop"] });
        Assert.NotEmpty(network.Kernel.Resolve("SHOP"));
        ZoneException twice = await Assert.ThrowsAsync<ZoneException>(() => zone.ConnectAsync(new ZoneNic { NicTag = "late" }));
        Assert.Equal(ZoneError.Conflict, twice.Error);
        Assert.Equal(ZoneError.Conflict, Assert.Throws<ZoneException>(() => bench.Machine.Networks.Remove(network)).Error);
        await zone.DisconnectAsync(network);
        Assert.Empty(network.Kernel.Ports);
        bench.Machine.Networks.Remove(network);
        Assert.Throws<ZoneException>(() => bench.Machine.Networks.Find("late"));
        await zone.StopAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Networks_outlive_the_machine()
    {
        await using var bench = new Workbench();
        LocalNetwork made = bench.Machine.Networks.Create(new NetworkConfiguration { Name = "kept", EnableIpv6 = true });
        Assert.StartsWith("10.210.", made.Configuration.Subnet, StringComparison.Ordinal);
        await bench.ReopenAsync();
        LocalNetwork again = bench.Machine.Networks.Find("kept");
        Assert.Equal(made.Configuration with { Labels = null }, again.Configuration with { Labels = null });
        Assert.Equal("kept", bench.Machine.Networks.Find(made.Configuration.Id[..8]).Name);
        Assert.Equal(NetworkRegistry.DefaultName, bench.Machine.Networks.Find("default").Name);
    }

    [Theory]
    [InlineData("10.209.0.0/24", "subnet")]
    [InlineData("10.1.0.0", "subnet")]
    [InlineData("10.1.0.0/31", "subnet")]
    [InlineData("fd00::/64", "subnet")]
    public async Task A_wrong_subnet_is_named(string subnet, string field)
    {
        await using var bench = new Workbench();
        ZoneException e = Assert.Throws<ZoneException>(() => bench.Machine.Networks.Create(new NetworkConfiguration { Name = "x", Subnet = subnet }));
        Assert.StartsWith(field, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"nic_tag":"none-such"}""", "network none-such not found")]
    [InlineData("""{"ip":"10.1.2.3"}""", "nics.ip")]
    [InlineData("""{"ip":"nonsense"}""", "nics.ip")]
    [InlineData("""{"ip":"10.209.0.1"}""", "nics.ip")]
    [InlineData("""{"mac":"01:00:00:00:00:01"}""", "nics.mac")]
    [InlineData("""{"interface":"lo"}""", "nics.interface")]
    [InlineData("""{"ip":"10.209.0.7","netmask":"255.255.255.0"}""", "nics.netmask")]
    [InlineData("""{"gateway":"10.209.0.2"}""", "nics.gateway")]
    [InlineData("""{"mtu":10}""", "nics.mtu")]
    [InlineData("""{"vlan_id":5}""", "vlan_id")]
    public async Task A_wrong_interface_is_named(string nic, string text)
    {
        await using var bench = new Workbench();
        string payload = $$"""{"image":"host","init":{"cmd":["/bin/true"]},"nics":[{{nic}}]}""";
        ZoneException e = await Assert.ThrowsAsync<ZoneException>(async () => await bench.Machine.Zones.CreateAsync(ZoneValidation.Parse(System.Text.Encoding.UTF8.GetBytes(payload))));
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_given_is_kept_for_its_zone()
    {
        await using var bench = new Workbench();
        ZoneConfiguration wanted = Workbench.Script("true") with { Nics = [new ZoneNic { Ip = "10.209.0.2" }] };
        ZoneLife first = await bench.Machine.Zones.CreateAsync(wanted);
        ZoneException e = await Assert.ThrowsAsync<ZoneException>(() => bench.Machine.Zones.CreateAsync(wanted));
        Assert.Equal(ZoneError.Conflict, e.Error);
        await bench.ReopenAsync();
        await Assert.ThrowsAsync<ZoneException>(() => bench.Machine.Zones.CreateAsync(wanted));
        await bench.Machine.Zones.Find(first.Id).RemoveAsync(force: false);
        await bench.Machine.Zones.CreateAsync(wanted);
    }

    private static ZoneConfiguration Python(string program, string argument, string name, params ZoneNic[] nics) => new()
    {
        Alias = name,
        Image = "host",
        Nics = nics,
        Init = new ZoneInit { Cmd = ["/usr/bin/python3", "-c", program.ReplaceLineEndings("\n"), argument] },
    };

    private static async Task<string> RunAsync(Workbench bench, ZoneConfiguration configuration)
    {
        var seen = new Recorder();
        ZoneLife zone = await bench.Machine.Zones.CreateAsync(configuration);
        zone.Console.Attach(seen);
        Task<int> end = zone.WaitNextExitAsync();
        await zone.StartAsync();
        await end.WaitAsync(Workbench.Patience);
        await seen.Done;
        return seen.Output + seen.Error;
    }
}
