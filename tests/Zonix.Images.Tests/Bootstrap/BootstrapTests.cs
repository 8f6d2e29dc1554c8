using Zonix.Images.Bootstrap;
using Zonix.Images.Compression;

namespace Zonix.Images.Tests;

/// <summary>A Debian is made of a mirror of our own; zones are stood in for.</summary>
public sealed class BootstrapTests : IDisposable
{
    private readonly BootstrapFixture host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Packages_are_unpacked_and_dpkg_is_called_in_the_order_of_debootstrap()
    {
        Dictionary<string, string> files = BootstrapFixture.Files(host.Make(out BootstrapResult result));
        Assert.Equal(["apt", "base-files", "dpkg", "gpgv", "libc6", "mawk"], result.Packages.Select(static one => one.Name));
        Assert.Equal("bookworm", result.Codename);
        Assert.Equal("#!dpkg\n", files["usr/bin/dpkg"]);
        // /lib is a link into /usr, behind which the package's file went.
        Assert.Equal("libc\n", files["usr/lib/x86_64-linux-gnu/libc.so.6"]);
        Assert.DoesNotContain(files.Keys, static name => name.EndsWith(".deb", StringComparison.Ordinal));
        // apt is unpacked by dpkg alone, which nobody ran here.
        Assert.DoesNotContain("usr/bin/apt", files.Keys);
        const string Cached = "/var/cache/apt/archives/", Dpkg = "/usr/bin/dpkg --force-unsafe-io ";
        string[] expected =
        [
            "/sbin/ldconfig",
            $"{Dpkg}--force-depends --install {Cached}base-files_12.4_amd64.deb",
            $"{Dpkg}--force-depends --install {Cached}dpkg_1.21.22_amd64.deb",
            $"{Dpkg}--force-depends --install {Cached}libc6_2.36-9_amd64.deb",
            $"{Dpkg}--force-depends --install {Cached}mawk_1.3.4_amd64.deb",
            $"{Dpkg}--force-depends --unpack {string.Join(' ', new[] { "libc6_2.36-9", "mawk_1.3.4", "base-files_12.4", "dpkg_1.21.22" }.Select(static one => $"{Cached}{one}_amd64.deb"))}",
            $"{Dpkg}--configure --pending --force-configure-any --force-depends",
            $"{Dpkg}--unpack {Cached}gpgv_2.2.40_amd64.deb {Cached}apt_2.6.1_amd64.deb",
            $"{Dpkg}--configure --pending",
            $"{Dpkg}--audit",
        ];
        Assert.Equal(expected, host.Runner.Commands);
    }

    [Fact]
    public void The_same_state_of_a_mirror_gives_the_same_bytes()
    {
        byte[] first = host.Make();
        Assert.Equal(first, host.Make());
    }

    [Theory]
    [InlineData(CompressionKind.Gzip, true, true)]
    [InlineData(CompressionKind.Xz, false, true)]
    [InlineData(CompressionKind.Xz, true, false)]
    [InlineData(CompressionKind.Gzip, false, false)]
    internal void Mirrors_of_every_make_are_read(CompressionKind compression, bool byHash, bool inOne)
    {
        host.Mirror.Server.Files.Keys.Where(static one => one.Contains("/dists/", StringComparison.Ordinal)).ToList()
            .ForEach(one => host.Mirror.Server.Files.TryRemove(one, out _));
        (host.Mirror.Compression, host.Mirror.HasHashedNames, host.Mirror.SignsInOne) = (compression, byHash, inOne);
        host.Mirror.Publish();
        host.Make(out BootstrapResult result);
        Assert.Equal(6, result.Packages.Count);
    }

    [Fact]
    public void What_was_fetched_serves_when_there_is_no_way_to_the_mirror()
    {
        byte[] online = host.Make();
        host.Mirror.Dispose();
        Assert.Equal(online, host.Make());
    }

    [Fact]
    public void Without_a_way_to_the_mirror_and_with_nothing_fetched_the_mirror_is_named()
    {
        host.Mirror.Dispose();
        Assert.StartsWith($"{host.Mirror.Archive}dists/bookworm/InRelease cannot be fetched", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void When_the_way_breaks_off_between_index_and_packages_the_package_is_named()
    {
        string path = DebianMirror.PathOf("gpgv", "2.2.40");
        host.Mirror.Server.Refusals[path] = 503;
        Assert.StartsWith($"{host.Mirror.Server.Root}{path} cannot be fetched", host.Refusal(), StringComparison.Ordinal);
        host.Mirror.Server.Refusals.Clear();
        host.Make();
    }

    [Fact]
    public void A_program_that_fails_in_a_zone_is_told_with_what_it_said()
    {
        host.Runner.Answer = static line => line.Contains("--unpack", StringComparison.Ordinal) ? (2, "dpkg: error: no space left") : (0, "");
        string refusal = host.Refusal();
        Assert.Contains("ended with 2 in the zone", refusal, StringComparison.Ordinal);
        Assert.Contains("dpkg: error: no space left", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void What_dpkg_finds_fault_with_is_no_image()
    {
        host.Runner.Answer = static line => line.Contains("--audit", StringComparison.Ordinal) ? (0, "apt: not configured") : (0, "");
        Assert.Contains("apt: not configured", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Variants_and_further_packages_are_chosen()
    {
        host.Mirror.Add("tool", "1", "Depends: helper (>= 2) | other\n", ("usr/bin/tool", "#!tool\n"));
        host.Mirror.Add("helper", "1:1", "Priority: extra\n", ("usr/bin/helper", "#!helper\n"));
        host.Mirror.Publish();
        host.Options = host.Options with { Include = ["tool"] };
        host.Make(out BootstrapResult result);
        Assert.Contains("helper", result.Packages.Select(static one => one.Name));

        host.Options = host.Options with { Include = [], Variant = BootstrapVariant.Essential };
        host.Make(out result);
        Assert.Equal(["base-files", "dpkg", "libc6", "mawk"], result.Packages.Select(static one => one.Name));

        host.Options = host.Options with { Include = ["nothing"] };
        Assert.Equal("bookworm has no package nothing", host.Refusal());
    }

    [Fact]
    public void An_image_of_a_configured_mirror_names_it_in_its_own_sources()
    {
        host.Mirror.Add("apt-settings", "1", "Essential: yes\n", ("etc/apt/sources.list.d/x", ""), ("etc/apt/apt.conf.d/x", ""));
        host.Mirror.Publish();
        string sources = BootstrapFixture.Files(host.Make())["etc/apt/sources.list.d/debian.sources"];
        Assert.Contains($"URIs: {host.Mirror.Archive.AbsoluteUri.TrimEnd('/')}\nSuites: bookworm\nComponents: main\n", sources, StringComparison.Ordinal);
    }
}
