using System.Net;
using Zonix.Images.Bootstrap;
using Zonix.Images.Bootstrap.Apt;
using Zonix.Images.Bootstrap.Fetching;

namespace Zonix.Images.Tests;

/// <summary>What a host's apt is told is understood as apt does.</summary>
public sealed class AptConfigurationTests : IDisposable
{
    private readonly BootstrapFixture host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Settings_are_read_in_every_form()
    {
        AptConfiguration apt = Read(
            """
            // a comment
            # another
            Acquire { http { Proxy "http://one:3128"; Proxy::deb.example.org DIRECT; }; /* a
            long one */ Retries "3"; };
            acquire::HTTPS::proxy "http://two:8080/";
            APT::Never { "^linux-.*"; "x;{}\"y\""; };
            Acquire::Check-Date no;
            """);
        Assert.Equal("http://one:3128", apt["Acquire::http::Proxy"]);
        Assert.Equal("DIRECT", apt["Acquire::http::Proxy::deb.example.org"]);
        Assert.Equal("http://two:8080/", apt["Acquire::https::Proxy"]);
        Assert.Equal("3", apt["acquire::retries"]);
        Assert.False(apt.IsOn("Acquire::Check-Date", otherwise: true));
        Assert.True(apt.IsOn("Acquire::Check-Valid-Until", otherwise: true));
        apt.Add("#clear Acquire::http;", "later");
        Assert.Null(apt["Acquire::http::Proxy::deb.example.org"]);
        Assert.NotNull(apt["Acquire::https::Proxy"]);
    }

    [Fact]
    public void Broken_settings_are_refused_with_the_file()
    {
        Assert.StartsWith("here: ", Assert.Throws<BootstrapException>(() => Read("A \"b")).Message, StringComparison.Ordinal);
        Assert.StartsWith("here: ", Assert.Throws<BootstrapException>(() => Read("A { b c; }; }")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Later_files_win_and_backups_do_not_count()
    {
        host.Write("etc/apt/apt.conf.d/10a", "A::b one;");
        host.Write("etc/apt/apt.conf.d/20b.conf", "A::b two; A::c two;");
        host.Write("etc/apt/apt.conf.d/30c.dpkg-old", "A::b never;");
        host.Write("etc/apt/apt.conf", "A::c three;");
        AptConfiguration apt = AptConfiguration.Load(host.Options.ConfigurationRoot);
        Assert.Equal(("two", "three"), (apt["A::b"], apt["A::c"]));
    }

    [Theory]
    [InlineData("http://deb.example.org/", "http://one:1/")]
    [InlineData("http://direct.example.org/", null)]
    [InlineData("http://other.example.org/", "http://two:2/")]
    [InlineData("https://deb.example.org/", "http://one:1/")]
    [InlineData("ftp://deb.example.org/", "http://environment:3/")]
    public void The_way_to_a_host_is_apts(string destination, string? proxy)
    {
        AptConfiguration apt = Read("Acquire::http::Proxy \"http://one:1/\"; Acquire::http::Proxy::direct.example.org \"DIRECT\"; Acquire::http::Proxy::other.example.org \"http://two:2/\";");
        Assert.Equal(proxy, new AptProxy(apt, new WebProxy("http://environment:3/")).GetProxy(new Uri(destination))?.AbsoluteUri);
    }

    [Fact]
    public void Sources_of_the_old_format_are_read()
    {
        AptSource[] sources = [.. AptSourceReader.ReadLines(
            """
            # deb http://gone.example.org/debian bookworm main
            deb http://deb.example.org/debian bookworm main contrib # more
            deb-src http://deb.example.org/debian bookworm main
            deb [arch=amd64,arm64 signed-by=/k.gpg check-valid-until=no] https://other.example.org/x/ stable main
            deb cdrom:[Debian GNU/Linux 12 _Bookworm_]/ bookworm main
            deb http://[::1]:3142/debian trixie main
            """, "sources.list")];
        Assert.Equal(["http://deb.example.org/debian/", "https://other.example.org/x/", "http://[::1]:3142/debian/"], sources.Where(static one => one.Archive.Scheme != "cdrom").Select(static one => one.Archive.AbsoluteUri));
        Assert.Equal(["main", "contrib"], sources[0].Components);
        Assert.Equal(["amd64", "arm64"], sources[1].Architectures);
        Assert.Equal(["/k.gpg"], sources[1].SignedBy);
        Assert.False(sources[1].ChecksValidUntil);
        Assert.StartsWith("list:2: ", Assert.Throws<BootstrapException>(() => AptSourceReader.ReadLines("\ndeb http://x\n", "list").ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_of_the_new_format_are_read()
    {
        AptSource[] sources = [.. AptSourceReader.ReadParagraphs(
            """
            # of the installer
            Types: deb deb-src
            URIs: http://deb.example.org/debian http://other.example.org/debian
            Suites: bookworm bookworm-updates
            Components: main
             contrib
            Signed-By:
             -----BEGIN PGP PUBLIC KEY BLOCK-----
             .
             abc
             -----END PGP PUBLIC KEY BLOCK-----

            Enabled: no
            Types: deb
            URIs: http://off.example.org/
            Suites: x

            Types: deb-src
            URIs: http://sources.example.org/
            Suites: x
            """u8.ToArray(), "debian.sources")];
        Assert.Equal(4, sources.Length);
        Assert.Equal(["main", "contrib"], sources[3].Components);
        Assert.Equal(("other.example.org", "bookworm-updates"), (sources[3].Archive.Host, sources[3].Suite));
        Assert.StartsWith("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc", sources[0].InlineKey!.TrimStart(), StringComparison.Ordinal);
        Assert.StartsWith("y: ", Assert.Throws<BootstrapException>(() => AptSourceReader.ReadParagraphs("Types: deb\n"u8.ToArray(), "y").ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_mirrors_are_followed_and_what_cannot_be_fetched_is_left_out()
    {
        host.Write("etc/apt/sources.list", "deb cdrom:[Debian GNU/Linux 12]/ bookworm main\ndeb tor+http://x.onion/debian bookworm main\n");
        host.Write("etc/apt/sources.list.d/debian.sources", "Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: bookworm\nComponents: main\n");
        Assert.Contains("mirrors/debian.list", Assert.Throws<BootstrapException>(() => AptSourceReader.Load(host.Options.ConfigurationRoot)).Message, StringComparison.Ordinal);
        host.Write("etc/apt/mirrors/debian.list", "# near\nhttps://near.example.org/debian\tpriority:1\n\nhttps://far.example.org/debian\n");
        Assert.Equal(["near.example.org", "far.example.org"], AptSourceReader.Load(host.Options.ConfigurationRoot).Select(static one => one.Archive.Host));
    }

    [Fact]
    public void The_mirror_of_the_hosts_apt_is_used_with_its_key()
    {
        File.Delete(host.Write("usr/share/keyrings/debian-archive-keyring.gpg", ""));
        string indented = string.Join('\n', SigningKey.Trusted.PublicKey.TrimEnd().Split('\n').Select(static line => line.Trim().Length == 0 ? " ." : " " + line.TrimEnd()));
        host.Write("etc/apt/sources.list.d/debian.sources", $"Types: deb\nURIs: {host.Mirror.Archive}\nSuites: bookworm\nComponents: main\nSigned-By:\n{indented}\n");
        host.Options = host.Options with { Mirror = null };
        host.Make();
        Assert.NotEmpty(host.Mirror.Server.Requests);
    }

    [Fact]
    public void A_mirror_that_was_asked_for_comes_before_that_of_the_hosts_apt()
    {
        host.Write("etc/apt/sources.list", "deb http://deb.invalid/debian bookworm main\ndeb http://security.invalid/debian-security bookworm-security main\n");
        host.Make();
        Assert.NotEmpty(host.Mirror.Server.Requests);
    }

    [Fact]
    public void Signed_By_with_a_fingerprint_lets_only_that_key_in()
    {
        host.Write("etc/apt/trusted.gpg.d/more.asc", SigningKey.Stranger.PublicKey);
        host.Options = host.Options with { Mirror = null };
        Sign(SigningKey.Trusted.Fingerprint);
        host.Make();
        Sign(SigningKey.Stranger.Fingerprint + "!");
        Assert.Contains("is not signed by a key that is trusted", host.Refusal(), StringComparison.Ordinal);

        void Sign(string fingerprint) =>
            host.Write("etc/apt/sources.list", $"deb [signed-by={fingerprint}] {host.Mirror.Archive} bookworm main\n");
    }

    [Fact]
    public void Suites_that_apt_does_not_know_come_from_where_its_others_are()
    {
        host.Write("etc/apt/sources.list", "deb http://vendor.example.org/apt bookworm main\ndeb http://near.example.org/debian bullseye main\n");
        var choice = new MirrorChoice(host.Options with { Mirror = null }, new AptConfiguration(), AptSourceReader.Load(host.Options.ConfigurationRoot));
        Assert.Equal("http://near.example.org/debian/dists/bookworm/", choice.Suite.Place.AbsoluteUri);
        SuiteSource[] updates = [.. choice.Updates];
        Assert.Equal(["http://near.example.org/debian/dists/bookworm-updates/", "http://near.example.org/debian-security/dists/bookworm-security/"], updates.Select(static one => one.Place.AbsoluteUri));
    }

    private static AptConfiguration Read(string text)
    {
        var apt = new AptConfiguration();
        apt.Add(text, "here");
        return apt;
    }
}
