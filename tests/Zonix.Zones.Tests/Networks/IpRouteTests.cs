using Zonix.Zones.Configuration;
using Zonix.Zones.Life;
using Zonix.Zones.Tests.Life;

namespace Zonix.Zones.Tests.Networks;

/// <summary>ip(8) in a zone changes its network, and is told what it cannot change. What it prints is as on Linux.</summary>
public sealed class IpRouteTests
{
    private static bool HasIp => File.Exists("/usr/sbin/ip") || File.Exists("/sbin/ip");

    [Fact]
    public async Task Addresses_links_and_routes_are_changed()
    {
        Assert.SkipUnless(HasIp, "iproute2 is not installed");
        const string Script = """
            set -e
            ip link add shop type dummy
            ip addr add 192.168.50.1/24 dev shop
            ip link set shop mtu 1400 up
            ip -o -4 addr show shop | tr -s ' ' | cut -d' ' -f2-4
            ip route add 172.20.0.0/16 via 192.168.50.2 metric 5
            ip route add blackhole 172.21.0.0/16
            ip route replace 172.20.0.0/16 via 192.168.50.3 metric 5
            ip route show | grep -v '^10\|^default'
            ip route get 172.20.1.1 | head -1
            ip route get 192.168.50.1 | head -1
            ip route del 172.20.0.0/16
            ip route del 172.20.0.0/16 2>&1 || true
            ip addr add 192.168.50.1/24 dev shop 2>&1 || true
            ip link set shop name new 2>&1 || true
            ip link set shop down
            ip link set shop name new
            cat /sys/class/net/new/mtu
            ls /sys/class/net
            ip link del new
            ip link add v0 type veth peer name v1 2>&1 || true
            ip link del eth0 2>&1 || true
            ip rule add from 10.0.0.0/8 table 5 2>&1 || true
            ip route show default
            """;
        const string Expected = """
            shop inet 192.168.50.1/24
            blackhole 172.21.0.0/16 
            172.20.0.0/16 via 192.168.50.3 dev shop metric 5 
            192.168.50.0/24 dev shop proto kernel scope link src 192.168.50.1 
            172.20.1.1 via 192.168.50.3 dev shop src 192.168.50.1 uid 0 
            local 192.168.50.1 dev lo src 192.168.50.1 uid 0 
            RTNETLINK answers: No such process
            RTNETLINK answers: File exists
            RTNETLINK answers: Device or resource busy
            1400
            eth0
            lo
            new
            Error: interfaces that lead out of a zone are made with its networks.
            Error: the interface is part of the zone's configuration.
            Error: rules cannot be changed.
            default via 10.209.0.1 dev eth0 

            """;
        Assert.Equal(Sorted(Expected), Sorted(await RunAsync(Script)));
    }

    [Fact]
    public async Task Changes_are_told_to_who_listens()
    {
        Assert.SkipUnless(HasIp, "iproute2 is not installed");
        const string Script = """
            mkfifo /tmp/news
            ip -o monitor link address route > /tmp/news &
            (while ip link add d0 type dummy; do
                ip addr add 192.168.60.1/24 dev d0
                ip link set d0 up
                ip route add 172.30.0.0/16 via 192.168.60.9
                ip link del d0
            done) &
            # The changes are made over and over, until all have been heard of.
            seen=
            while read -r line; do
                case "$line" in
                    Deleted*d0*inet*) word=address-gone;;
                    Deleted*d0:*) word=link-gone;;
                    Deleted*) continue;;
                    *"172.30.0.0/16 via 192.168.60.9"*) word=route;;
                    *d0*192.168.60.1/24*) word=address;;
                    *d0:*) word=link;;
                    *) continue;;
                esac
                case "$seen" in *" $word "*) ;; *) seen="$seen $word "; echo $word;; esac
                [ ${#seen} -lt 47 ] || break
            done < /tmp/news
            kill %1 %2 2>/dev/null
            """;
        string told = await RunAsync(Script);
        Assert.Equal(["address", "address-gone", "link", "link-gone", "route"], told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_is_not_root_changes_nothing()
    {
        Assert.SkipUnless(HasIp, "iproute2 is not installed");
        const string Script = "ip link set lo down 2>&1; ip addr add 10.0.0.1/8 dev lo 2>&1; ip route add 10.0.0.0/8 dev lo 2>&1; ip link add shop type dummy 2>&1";
        Assert.Equal(string.Concat(Enumerable.Repeat("RTNETLINK answers: Operation not permitted\n", 4)), await RunAsync(Script, "1000:1000"));
    }

    // Names of interfaces and what ip prints of routes come in no promised order.
    private static string[] Sorted(string text) => [.. text.ReplaceLineEndings("\n").Split('\n').Order(StringComparer.Ordinal)];

    private static async Task<string> RunAsync(string script, string? user = null)
    {
        await using var bench = new Workbench();
        ZoneConfiguration wanted = Workbench.Script("export PATH=$PATH:/usr/sbin:/sbin\n" + script) with { Nics = [new ZoneNic { Ip = "10.209.0.5" }] };
        var seen = new Recorder();
        ZoneLife zone = await bench.Machine.Zones.CreateAsync(wanted with { Init = wanted.Init with { User = user } });
        zone.Console.Attach(seen);
        Task<int> end = zone.WaitNextExitAsync();
        await zone.StartAsync();
        await end.WaitAsync(Workbench.Patience);
        await seen.Done;
        return seen.Output + seen.Error;
    }
}
