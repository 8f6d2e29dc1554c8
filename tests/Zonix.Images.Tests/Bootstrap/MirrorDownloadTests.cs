using System.Net;
using System.Security.Cryptography;
using Zonix.Images.Bootstrap;
using Zonix.Images.Bootstrap.Apt;
using Zonix.Images.Bootstrap.Fetching;

namespace Zonix.Images.Tests;

/// <summary>Downloads go on where they broke off, go the way apt goes, and end in the cache.</summary>
public sealed class MirrorDownloadTests : IDisposable
{
    private const string Path = "debian/pool/large.deb";
    private readonly HostFolder folder = HostFolder.Create();
    private readonly MirrorServer server = new();
    private readonly byte[] content = RandomNumberGenerator.GetBytes(300_000);
    private readonly DownloadCache cache;

    public MirrorDownloadTests()
    {
        server.Files[Path] = content;
        cache = new DownloadCache(folder.Path("cache"));
    }

    private FileHash Hash => new(Convert.ToHexStringLower(SHA256.HashData(content)), content.Length);

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_download_that_breaks_off_is_gone_on_with()
    {
        server.Cuts[Path] = 100_000;
        await FetchAsync(new Uri(server.Root, Path));
        Assert.Equal([$"GET /{Path} HTTP/1.1", $"GET /{Path} HTTP/1.1 from 100000"], server.Requests);
        Assert.Equal(content, cache.Read(Hash));
    }

    [Fact]
    public async Task The_next_process_goes_on_with_what_another_left()
    {
        await File.WriteAllBytesAsync(folder.Path($"cache/files/{Hash.Sha256}.part"), content[..200_000], TestContext.Current.CancellationToken);
        await FetchAsync(new Uri(server.Root, Path));
        Assert.Equal([$"GET /{Path} HTTP/1.1 from 200000"], server.Requests);
        Assert.Equal(content, cache.Read(Hash));
    }

    [Fact]
    public async Task What_another_left_that_is_something_else_is_fetched_from_the_beginning()
    {
        await File.WriteAllBytesAsync(folder.Path($"cache/files/{Hash.Sha256}.part"), new byte[200_000], TestContext.Current.CancellationToken);
        await FetchAsync(new Uri(server.Root, Path));
        Assert.Equal(content, cache.Read(Hash));
    }

    [Fact]
    public async Task The_next_place_is_tried_when_one_has_nothing_or_cannot_be_reached()
    {
        await FetchAsync(new Uri(server.Root, "debian/nowhere"), new Uri($"http://127.0.0.1:{FreePort.Find()}/x"), new Uri(server.Root, Path));
        Assert.Equal(content, cache.Read(Hash));
    }

    [Fact]
    public async Task What_no_place_gives_is_named()
    {
        BootstrapException refusal = await Assert.ThrowsAsync<BootstrapException>(() => FetchAsync(new Uri($"http://127.0.0.1:{FreePort.Find()}/pool/x.deb")));
        Assert.Contains("/pool/x.deb cannot be fetched", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_the_host_is_a_mirror_too()
    {
        await File.WriteAllBytesAsync(folder.Path("large.deb"), content, TestContext.Current.CancellationToken);
        await FetchAsync(new Uri("file://" + folder.Path("large.deb")));
        Assert.Equal(content, cache.Read(Hash));
    }

    [Fact]
    public async Task The_proxy_of_apt_is_gone_through()
    {
        var apt = new AptConfiguration();
        apt.Add($"Acquire::http::Proxy \"http://127.0.0.1:{server.Port}/\";", "apt.conf");
        using var client = new MirrorClient(new AptProxy(apt, new WebProxy()));
        await cache.FetchAsync(new WantedFile([new Uri($"http://mirror.invalid/{Path}")], Hash), client, TestContext.Current.CancellationToken);
        Assert.Equal([$"GET http://mirror.invalid/{Path} HTTP/1.1"], server.Requests);
        Assert.Equal(content, cache.Read(Hash));
    }

    private async Task FetchAsync(params Uri[] places)
    {
        using var client = new MirrorClient(proxy: null);
        await cache.FetchAsync(new WantedFile(places, Hash), client, TestContext.Current.CancellationToken);
    }
}
