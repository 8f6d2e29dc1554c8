using System.Text;

namespace Zonix.Images.Tests;

/// <summary>What somebody changed on the way, or on the mirror, is refused, and the message names the file.</summary>
public sealed class BootstrapRefusalTests : IDisposable
{
    private readonly BootstrapFixture host = new();

    private DebianMirror Mirror => host.Mirror;

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_release_of_a_wrong_key_is_refused(bool signsInOne)
    {
        (Mirror.Key, Mirror.SignsInOne) = (SigningKey.Stranger, signsInOne);
        Mirror.Publish();
        string refusal = host.Refusal();
        Assert.StartsWith($"{Mirror.Archive}dists/bookworm/{(signsInOne ? "InRelease" : "Release")} is not signed by a key that is trusted: no key", refusal, StringComparison.Ordinal);
        Assert.Contains("debian-archive-keyring.gpg", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_that_was_altered_is_refused()
    {
        string text = Encoding.UTF8.GetString(Mirror.Server.Files[DebianMirror.InRelease]);
        Mirror.Server.Files[DebianMirror.InRelease] = Encoding.UTF8.GetBytes(text.Replace("Suite: oldstable", "Suite: unstable", StringComparison.Ordinal));
        Assert.StartsWith($"{Mirror.Archive}dists/bookworm/InRelease has a wrong signature", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_in_a_file_of_its_own_that_was_altered_is_refused()
    {
        Mirror.SignsInOne = false;
        Mirror.Publish();
        Mirror.Alter("debian/dists/bookworm/Release", 10);
        Assert.StartsWith($"{Mirror.Archive}dists/bookworm/Release has a wrong signature", host.Refusal(), StringComparison.Ordinal);
        Mirror.Server.Files.TryRemove("debian/dists/bookworm/Release.gpg", out _);
        Assert.Contains("neither InRelease nor Release.gpg", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_that_was_altered_is_refused()
    {
        Mirror.Alter(Mirror.IndexPath, -1);
        Assert.StartsWith($"{Mirror.Server.Root}{Mirror.IndexPath} is not what the index says: SHA-256", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Updates_of_another_content_than_their_release_lists_are_left_out_in_words()
    {
        const string Updates = "bookworm-updates";
        Mirror.Add("lists", "1", "Essential: yes\n", ("etc/apt/sources.list.d/other.list", ""));
        Mirror.Publish();
        // Another index than the suite's own: contents that are there are not fetched again.
        Mirror.Add("news", "1", "", ("etc/news", ""));
        Mirror.Publish(Updates);
        Mirror.Alter(Mirror.PathOfIndex(Updates), -1);
        string sources = BootstrapFixture.Files(host.Make())["etc/apt/sources.list.d/debian.sources"];
        Assert.Contains(host.Said, static line => line.StartsWith("bookworm-updates is LEFT OUT: ", StringComparison.Ordinal));
        Assert.Contains("Suites: bookworm bookworm-updates\n", sources, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public void An_index_of_another_length_is_refused(int more)
    {
        byte[] index = Mirror.Server.Files[Mirror.IndexPath];
        Mirror.Server.Files[Mirror.IndexPath] = more < 0 ? index[..^-more] : [.. index, .. new byte[more]];
        Assert.StartsWith($"{Mirror.Server.Root}{Mirror.IndexPath} ", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_that_was_altered_is_refused_and_does_not_stay()
    {
        string path = DebianMirror.PathOf("dpkg", "1.21.22");
        Mirror.Alter(path, -20);
        Assert.StartsWith($"{Mirror.Server.Root}{path} is not what the index says: SHA-256", host.Refusal(), StringComparison.Ordinal);
        Mirror.Alter(path, -20);
        host.Make();
    }

    [Fact]
    public void A_package_that_is_missing_is_named()
    {
        string path = DebianMirror.PathOf("apt", "2.6.1");
        Mirror.Server.Files.TryRemove(path, out _);
        Assert.StartsWith($"{Mirror.Server.Root}{path} does not exist", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signed_package_that_is_none_is_named()
    {
        Mirror.Add("broken", "1", "Essential: yes\n", ("a", "b"));
        byte[] deb = Mirror.Server.Files[DebianMirror.PathOf("broken", "1")];
        Mirror.AddFile("rotten", "1", "Essential: yes\n", [.. deb.AsSpan(0, deb.Length - 12), .. new byte[12]]);
        Mirror.Publish();
        Assert.StartsWith("pool/rotten_1_amd64.deb is no Debian package: ", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_past_its_end_is_refused_unless_apt_allows_it()
    {
        Mirror.ValidUntil = Mirror.Date.AddDays(7);
        Mirror.Publish();
        host.Options = host.Options with { Clock = () => Mirror.Date.AddDays(8) };
        Assert.StartsWith($"{Mirror.Archive}dists/bookworm/InRelease was valid until 2024-05-08", host.Refusal(), StringComparison.Ordinal);
        host.Write("etc/apt/apt.conf.d/10snapshots", "Acquire::Check-Valid-Until \"false\";\n");
        host.Make();
    }

    [Fact]
    public void A_release_of_the_future_is_refused()
    {
        host.Options = host.Options with { Clock = () => Mirror.Date.AddDays(-1) };
        Assert.Contains("still to come: is this machine's clock right?", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_suite_in_the_place_of_the_one_that_was_asked_for_is_refused()
    {
        Mirror.Server.Files["debian/dists/trixie/InRelease"] = Mirror.Server.Files[DebianMirror.InRelease];
        host.Options = host.Options with { Suite = "trixie" };
        Assert.EndsWith("is of bookworm, not of trixie", host.Refusal(), StringComparison.Ordinal);
        host.Options = host.Options with { Suite = "potato" };
        Assert.EndsWith("has no suite potato", host.Refusal(), StringComparison.Ordinal);
        host.Options = host.Options with { Suite = "bookworm", Architecture = "riscv64" };
        Assert.Contains("has no packages for riscv64, only for all, amd64", host.Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_damaged_in_the_cache_is_fetched_again()
    {
        byte[] layer = host.Make();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(host.Cache, "files")))
        {
            byte[] content = File.ReadAllBytes(file);
            content[^1] ^= 1;
            File.WriteAllBytes(file, content);
        }
        Assert.Equal(layer, host.Make());
    }

    [Fact]
    public void Without_keys_nothing_is_made()
    {
        File.Delete(host.Write("usr/share/keyrings/debian-archive-keyring.gpg", ""));
        Assert.Contains("install debian-archive-keyring", host.Refusal(), StringComparison.Ordinal);
        host.Options = host.Options with { Keyrings = [host.Write("keys.asc", "no key at all")] };
        Assert.Contains("keys.asc", host.Refusal(), StringComparison.Ordinal);
        host.Options = host.Options with { Keyrings = [host.Write("keys.asc", SigningKey.Trusted.PublicKey)] };
        host.Make();
    }
}
