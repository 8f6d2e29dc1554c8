using System.Net;
using Zonix.Images.References;
using Zonix.Images.Registry;
using static Zonix.Images.Tests.StoreFixture;

namespace Zonix.Images.Tests;

public sealed class RegistryTests : IDisposable
{
    private readonly StoreFixture source = new(), target = new();
    private readonly FakeRegistry fake = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        fake.Dispose();
        source.Dispose();
        target.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task An_image_goes_to_docker_registry_and_comes_back(int chunkBytes)
    {
        using DockerRegistry registry = DockerRegistry.Start();
        Image image = source.ImportTwoLayers($"{registry.Host}/team/app:1");
        using RegistryClient client = Client(new RegistryOptions { UploadChunkBytes = chunkBytes });
        await client.PushAsync(source.Store, $"{registry.Host}/team/app:1", cancellation: Cancel);
        Image pulled = await client.PullAsync(target.Store, Name($"{registry.Host}/team/app:1"), cancellation: Cancel);
        Assert.Equal(image.Id, pulled.Id);
        Assert.Equal(source.Describe(image), target.Describe(pulled));
        Assert.Equal($"{registry.Host}/team/app@{image.ManifestDigest}", pulled.RepositoryDigests[0].Full);
        Assert.Equal(pulled.Id, target.Store.Get($"{registry.Host}/team/app@{image.ManifestDigest}").Id);

        // Another repository takes the layers from the first one.
        target.Store.Tag($"{registry.Host}/team/app:1", $"{registry.Host}/other/app:2");
        var seen = new Phases();
        await client.PushAsync(target.Store, $"{registry.Host}/other/app:2", seen, Cancel);
        Assert.DoesNotContain(ImagePhase.Uploading, seen.All);
        Assert.Contains("no such image", (await Assert.ThrowsAsync<ImageException>(() => client.PullAsync(target.Store, Name($"{registry.Host}/team/app:none"), cancellation: Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docker_registry_wants_a_login()
    {
        using DockerRegistry registry = DockerRegistry.Start(hasPassword: true);
        source.Import($"{registry.Host}/app", ("a", "1"));
        using RegistryClient client = Client(new RegistryOptions());
        ImageException e = await Assert.ThrowsAsync<ImageException>(() => client.PushAsync(source.Store, $"{registry.Host}/app", cancellation: Cancel));
        Assert.Contains($"run zonix login {registry.Host}", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<ImageException>(() => client.LoginAsync(registry.Host, new RegistryCredential("user", "wrong"), Cancel));
        Assert.StartsWith("unauthorized", e.Message, StringComparison.Ordinal);
        await client.LoginAsync(registry.Host, new RegistryCredential(DockerRegistry.UserName, DockerRegistry.Password), Cancel);
        await client.PushAsync(source.Store, $"{registry.Host}/app", cancellation: Cancel);
        await client.PullAsync(target.Store, Name($"{registry.Host}/app"), cancellation: Cancel);
        Assert.True(client.Credentials.Remove(registry.Host));
        Assert.Null(client.Credentials.Find(registry.Host));
    }

    [Fact]
    public async Task An_interrupted_layer_goes_on_where_it_stopped()
    {
        Image image = AddImage();
        fake.Cuts.Enqueue(1_000_000);
        fake.Cuts.Enqueue(100_000);
        using RegistryClient client = Client(new RegistryOptions());
        await client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), cancellation: Cancel);
        Assert.Equal(source.Describe(image), target.Describe(target.Store.Get($"{fake.Host}/x:1")));
        Assert.Contains(fake.Requests, r => r.Contains("bytes=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_fetched_before_a_pull_was_given_up_is_not_fetched_again()
    {
        Image image = AddImage();
        Digest layer = image.Stored.LayerBlobs[0];
        long half = source.Store.Blobs.SizeOf(layer) / 2;
        byte[] content = File.ReadAllBytes(source.Store.Blobs.PathOf(layer));
        File.WriteAllBytes(target.Store.Blobs.PartialPath(layer), content[..(int)half]);
        using RegistryClient client = Client(new RegistryOptions());
        await client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), cancellation: Cancel);
        Assert.Contains($"GET /v2/x/blobs/{layer} bytes={half}-", fake.Requests);

        // What is left may also be wrong: then it is fetched as a whole.
        target.Store.Remove($"{fake.Host}/x:1");
        File.WriteAllBytes(target.Store.Blobs.PartialPath(layer), new byte[half]);
        await client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), cancellation: Cancel);
        Assert.Single(target.Store.List());
    }

    [Fact]
    public async Task A_layer_with_the_wrong_content_is_refused()
    {
        Image image = AddImage();
        string path = $"x/blobs/{image.Stored.LayerBlobs[0]}";
        byte[] wrong = [.. fake.Files[path].Content];
        wrong[^1] ^= 1;
        fake.Files[path] = (fake.Files[path].Type, wrong);
        using RegistryClient client = Client(new RegistryOptions());
        ImageException e = await Assert.ThrowsAsync<ImageException>(() => client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), cancellation: Cancel));
        Assert.StartsWith($"layer 1 of 1, {image.Stored.LayerBlobs[0]}: digest mismatch", e.Message, StringComparison.Ordinal);
        fake.Files[path] = (fake.Files[path].Type, [.. wrong, 0]);
        e = await Assert.ThrowsAsync<ImageException>(() => client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), cancellation: Cancel));
        Assert.Contains("sends more", e.Message, StringComparison.Ordinal);
        Assert.Empty(target.Store.List());
        Assert.Empty(target.Layers.List());
        target.Store.Prune();
        Assert.Empty(Directory.GetFiles(Path.Combine(target.Root, "tmp")));
        Assert.Empty(Directory.GetFiles(Path.Combine(target.Root, "blobs/sha256")));
    }

    [Fact]
    public async Task A_manifest_with_the_wrong_content_is_refused()
    {
        Image image = AddImage();
        fake.Files[$"x/manifests/{image.ManifestDigest}"] = (Layout.MediaTypes.Manifest, "{}"u8.ToArray());
        using RegistryClient client = Client(new RegistryOptions());
        ImageException e = await Assert.ThrowsAsync<ImageException>(() => client.PullAsync(target.Store, Name($"{fake.Host}/x@{image.ManifestDigest}"), cancellation: Cancel));
        Assert.Contains("digest mismatch", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_that_is_asked_for_is_chosen_and_stands_beside_the_other()
    {
        Image image = AddImage();
        Image narrow = source.Import("x:2", ImagePlatform.I386, ("lib", null));
        fake.Add(source.Store, narrow, "x", "2");
        string Entry(Image one) => $$$"""{"mediaType":"{{{Layout.MediaTypes.Manifest}}}","digest":"{{{one.ManifestDigest}}}","size":1,"platform":{"architecture":"{{{one.Architecture}}}","os":"linux"}}""";
        fake.AddIndex("x", "both", $$"""{"schemaVersion":2,"manifests":[{{Entry(narrow)}},{{Entry(image)}}]}""");
        fake.AddIndex("x", "narrow", $$"""{"schemaVersion":2,"manifests":[{{Entry(narrow)}}]}""");
        using RegistryClient client = Client(new RegistryOptions());
        Assert.Equal(narrow.Id, (await client.PullAsync(target.Store, Name($"{fake.Host}/x:both"), ImagePlatform.I386, cancellation: Cancel)).Id);
        Assert.Equal(image.Id, (await client.PullAsync(target.Store, Name($"{fake.Host}/x:both"), cancellation: Cancel)).Id);
        Assert.Equal(image.Id, target.Store.Get($"{fake.Host}/x:both").Id);
        Assert.Equal(narrow.Id, target.Store.Find($"{fake.Host}/x:both", ImagePlatform.I386)!.Id);
        // What is there for i386 alone runs here too; what is there for amd64 alone is none for i386.
        Assert.Equal(narrow.Id, (await client.PullAsync(target.Store, Name($"{fake.Host}/x:narrow"), cancellation: Cancel)).Id);
        ImageException e = await Assert.ThrowsAsync<ImageException>(() => client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), ImagePlatform.I386, cancellation: Cancel));
        Assert.EndsWith("is for linux/amd64, not for linux/386, and there is no other", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_platforms_this_one_is_chosen()
    {
        Image image = AddImage();
        string arm = $$$"""{"mediaType":"{{{Layout.MediaTypes.Manifest}}}","digest":"{{{Digest.Of("arm"u8)}}}","size":1,"platform":{"architecture":"arm64","os":"linux"}}""";
        string ours = $$$"""{"mediaType":"{{{Layout.MediaTypes.Manifest}}}","digest":"{{{image.ManifestDigest}}}","size":1,"platform":{"architecture":"amd64","os":"linux"}}""";
        Digest both = fake.AddIndex("x", "both", $$"""{"schemaVersion":2,"manifests":[{{arm}},{{ours}}]}""");
        fake.AddIndex("x", "arm", $$"""{"schemaVersion":2,"manifests":[{{arm}}]}""");
        using RegistryClient client = Client(new RegistryOptions());
        Image pulled = await client.PullAsync(target.Store, Name($"{fake.Host}/x:both"), cancellation: Cancel);
        Assert.Equal(image.Id, pulled.Id);
        Assert.Equal(both, pulled.RepositoryDigests[0].Digest);
        ImageException e = await Assert.ThrowsAsync<ImageException>(() => client.PullAsync(target.Store, Name($"{fake.Host}/x:arm"), cancellation: Cancel));
        Assert.Contains("manifest for linux/amd64 missing: it has linux/arm64", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_are_got_with_docker_s_credentials()
    {
        AddImage();
        fake.Login = "me:pass:word";
        string config = target.Folder.Path("config.json");
        File.WriteAllText(config, $$"""{"credsStore":"desktop"}""");
        using RegistryClient client = Client(new RegistryOptions { DockerConfigFile = config });
        ImageException e = await Assert.ThrowsAsync<ImageException>(() => client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), cancellation: Cancel));
        Assert.Contains($"run zonix login {fake.Host}", e.Message, StringComparison.Ordinal);
        Assert.Contains("docker-credential-desktop", e.Message, StringComparison.Ordinal);
        string auth = Convert.ToBase64String("me:pass:word"u8);
        File.WriteAllText(config, $$$$"""{"auths":{"{{{{fake.Host}}}}":{"auth":"{{{{auth}}}}"}}}""");
        await client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), cancellation: Cancel);
        Assert.Single(fake.Requests.Distinct(), r => r.StartsWith("GET /token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_busy_registry_is_asked_again()
    {
        AddImage();
        int busy = 3;
        fake.Misbehaves = context =>
        {
            if (Interlocked.Decrement(ref busy) < 0)
                return false;
            FakeRegistry.Answer(context, busy == 1 ? 429 : 503);
            return true;
        };
        using RegistryClient client = Client(new RegistryOptions());
        await client.PullAsync(target.Store, Name($"{fake.Host}/x:1"), cancellation: Cancel);
        Assert.Single(target.Store.List());
    }

    [Fact]
    public async Task Mirrors_are_asked_first_and_may_fail()
    {
        Image image = AddImage();
        using var empty = new FakeRegistry();
        var options = new RegistryOptions
        {
            Mirrors = new Dictionary<string, string[]> { ["registry.invalid"] = [$"http://{empty.Host}", $"http://127.0.0.1:{FreePort.Find()}", $"http://{fake.Host}/"] }, Retries = 0,
        };
        using RegistryClient client = Client(options);
        Image pulled = await client.PullAsync(target.Store, Name("registry.invalid/x:1"), cancellation: Cancel);
        Assert.Equal(image.Id, pulled.Id);
        Assert.Equal("registry.invalid/x:1", pulled.References[0].Full);
        Assert.Single(empty.Requests);
    }

    [Fact]
    public void Settings_come_from_a_file_and_the_environment()
    {
        File.WriteAllText(target.Folder.Path("registries.json"), """{"mirrors":{"docker.io":["https://one"]},"insecure":["a:1"]}""");
        var environment = new Dictionary<string, string> { ["ZONIX_REGISTRY_MIRRORS"] = "docker.io=http://two; quay.io=three", ["ZONIX_INSECURE_REGISTRIES"] = "b,c:2" };
        RegistryOptions options = RegistrySettings.Read(target.Folder.Root, environment);
        Assert.Equal(["https://one", "http://two"], options.Mirrors["docker.io"]);
        Assert.Equal(["three"], options.Mirrors["quay.io"]);
        Assert.Equal(["a:1", "b", "c:2"], options.InsecureHosts);
        Assert.Contains("REGISTRY=URL", Assert.Throws<ImageException>(() => RegistrySettings.Read(target.Folder.Root, new Dictionary<string, string> { ["ZONIX_REGISTRY_MIRRORS"] = "x" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("debian", "docker.io/library/debian:latest", "debian:latest")]
    [InlineData("debian:bookworm", "docker.io/library/debian:bookworm", "debian:bookworm")]
    [InlineData("index.docker.io/me/app", "docker.io/me/app:latest", "me/app:latest")]
    [InlineData("localhost/app:1", "localhost/app:1", "localhost/app:1")]
    [InlineData("h:5000/a/b_c", "h:5000/a/b_c:latest", "h:5000/a/b_c:latest")]
    [InlineData("[::1]:5000/x", "[::1]:5000/x:latest", "[::1]:5000/x:latest")]
    public void References_are_read_as_docker_does(string text, string full, string familiar)
    {
        ImageReference reference = ImageReference.Parse(text);
        Assert.Equal((full, familiar), (reference.Full, reference.Familiar));
        Assert.Equal(reference, ImageReference.Parse(reference.Full));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Debian")]
    [InlineData("a:b:c")]
    [InlineData("a/")]
    [InlineData("a:-x")]
    [InlineData("a@sha256:12")]
    [InlineData("../x")]
    [InlineData("a b")]
    public void What_is_no_reference_is_refused(string text) => Assert.StartsWith("invalid reference", Assert.Throws<ImageException>(() => ImageReference.Parse(text)).Message, StringComparison.Ordinal);

    // One layer that does not compress, so that it can be cut.
    private Image AddImage()
    {
        string noise = string.Concat(Enumerable.Range(0, 60_000).Select(i => Digest.Of(BitConverter.GetBytes(i)).Hex));
        Image image = source.Import("x:1", ("noise", noise));
        fake.Add(source.Store, image, "x", "1");
        return image;
    }

    private RegistryClient Client(RegistryOptions options) => new(options with
    {
        CredentialFile = target.Folder.Path("auth.json"),
        DockerConfigFile = options.DockerConfigFile ?? target.Folder.Path("none.json"),
        RetryDelay = TimeSpan.FromMilliseconds(1),
    });

    private sealed class Phases : IProgress<ImageProgress>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<ImagePhase> seen = new();

        public IEnumerable<ImagePhase> All => seen;

        public void Report(ImageProgress value) => seen.Enqueue(value.Phase);
    }
}
