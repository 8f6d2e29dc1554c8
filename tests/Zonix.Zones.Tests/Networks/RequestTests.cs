using Zonix.Zones.Configuration;
using Zonix.Zones.Life;
using Zonix.Zones.Tests.Life;

namespace Zonix.Zones.Tests.Networks;

/// <summary>The older ways to change a network, ioctl(2) on sockets, and what is shown of it in /proc/net. netdevice(7).</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task Requests_to_sockets_change_interfaces_and_routes()
    {
        const string Program = """
            import fcntl, socket, struct
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            def name(a): return struct.pack("<HH4s8x", 2, 0, socket.inet_aton(a))
            def ifreq(n, data): return struct.pack("16s24s", n.encode(), data)
            def say(request, data):
                try: fcntl.ioctl(s, request, data); return 0
                except OSError as e: return e.errno
            def route(to, mask, way, flags): return struct.pack("<Q16s16s16sH", 0, name(to), name(way), name(mask), flags).ljust(120, b"\0")
            print(say(0x8916, ifreq("eth0", name("10.209.0.77"))), say(0x891c, ifreq("eth0", name("255.255.255.0"))))
            print(say(0x8922, ifreq("eth0", struct.pack("<i", 1400))), say(0x8922, ifreq("eth0", struct.pack("<i", 10))))
            print(say(0x890b, route("10.50.0.0", "255.255.0.0", "10.209.0.9", 3)), say(0x890b, route("10.50.0.0", "255.255.0.0", "10.209.0.9", 3)))
            for line in open("/proc/net/route"):
                f = line.split()
                print(f[0], f[1], f[2], f[7])
            print(say(0x890c, route("10.50.0.0", "255.255.0.0", "10.209.0.9", 3)), say(0x890c, route("10.50.0.0", "255.255.0.0", "10.209.0.9", 3)))
            print("10.209.0.77\n        /32 host LOCAL" in open("/proc/net/fib_trie").read())
            print(open("/proc/net/arp").read().split("\n")[1].split()[::5])
            print(say(0x8914, ifreq("eth0", struct.pack("<H", 0))), open("/sys/class/net/eth0/operstate").read().strip())
            """;
        const string Expected = """
            0 0
            0 22
            0 17
            Iface Destination Gateway Mask
            eth0 0000320A 0900D10A 0000FFFF
            eth0 0000D10A 00000000 00FFFFFF
            0 3
            True
            ['10.209.0.1', 'eth0']
            0 down

            """;
        await using var bench = new Workbench();
        var seen = new Recorder();
        ZoneLife zone = await bench.Machine.Zones.CreateAsync(new ZoneConfiguration
        {
            Image = "host",
            Nics = [new ZoneNic { Ip = "10.209.0.5" }],
            Init = new ZoneInit { Cmd = ["/usr/bin/python3", "-c", Program.ReplaceLineEndings("\n")] },
        });
        zone.Console.Attach(seen);
        Task<int> end = zone.WaitNextExitAsync();
        await zone.StartAsync();
        await end.WaitAsync(Workbench.Patience);
        await seen.Done;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), seen.Output + seen.Error);
    }
}
