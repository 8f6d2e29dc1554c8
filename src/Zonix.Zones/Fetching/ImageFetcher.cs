using System.Globalization;
using Zonix.Images;
using Zonix.Images.Bootstrap;
using Zonix.Images.References;
using Zonix.Images.Registry;
using Zonix.Zones.Streams;

namespace Zonix.Zones.Fetching;

/// <summary>
/// Gets images that are not there yet: from a registry, and those named debian:SUITE, when no registry gives them, from a mirror of
/// Debian. Any thread.
/// </summary>
public sealed class ImageFetcher(LocalMachine machine)
{
    // As docker's library names the same images for i386.
    private const string DebianRepository = "docker.io/library/debian", DebianI386Repository = "docker.io/i386/debian";

    // A Debian that two ask for is made once: the second one finds it.
    private readonly Turn making = new();

    /// <summary>Gets an image, newer ones of the same name included.</summary>
    /// <param name="name">Which.</param>
    /// <param name="platform">For what; null: linux/amd64, or what else there is that runs here.</param>
    /// <param name="tell">Is told how far it is, by any thread.</param>
    /// <param name="cancellation">Ends it early; what was fetched serves the next time.</param>
    /// <exception cref="ImageException">Nobody gives it; the message says what each has answered.</exception>
    public async Task<Image> FetchAsync(ImageReference name, ImagePlatform? platform, Action<FetchStep> tell, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(tell);
        tell(new FetchStep(name.Tag ?? name.Digest?.ToString(), $"Pulling from {name.Repository}"));
        using var registry = new RegistryClient(Settings());
        try
        {
            Image image = await registry.PullAsync(machine.Images, name, platform, new ImageSteps(tell), cancellation).ConfigureAwait(false);
            tell(new FetchStep(null, $"Status: {name.Familiar} is {image.Id}"));
            return image;
        }
        catch (ImageException e) when (DebianOf(name, platform) is not null)
        {
            platform = DebianOf(name, platform)!;
            tell(new FetchStep(null, $"{e.Message}\nMaking {name.Familiar} for {platform} from a mirror of Debian"));
            return await MakeDebianAsync(name, platform, e, tell, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Sends an image to its registry.</summary>
    /// <exception cref="ImageException">There is no such image, or the registry does not take it.</exception>
    public async Task PushAsync(string name, Action<FetchStep> tell, CancellationToken cancellation)
    {
        using var registry = new RegistryClient(Settings());
        tell(new FetchStep(null, $"The push refers to repository [{ImageReference.Parse(name).Repository}]"));
        await registry.PushAsync(machine.Images, name, new ImageSteps(tell), cancellation).ConfigureAwait(false);
        tell(new FetchStep(null, $"{name}: pushed"));
    }

    /// <summary>Finds out whether a registry accepts a user, and keeps the credentials if it does.</summary>
    /// <exception cref="ImageException">It does not, or cannot be reached.</exception>
    public async Task LoginAsync(string host, RegistryCredential credential, CancellationToken cancellation)
    {
        using var registry = new RegistryClient(Settings());
        await registry.LoginAsync(host, credential, cancellation).ConfigureAwait(false);
    }

    /// <summary>Forgets the credentials for a registry; false: there were none.</summary>
    public bool Logout(string host) => new RegistryCredentials(Settings()).Remove(host);

    private RegistryOptions Settings() => RegistrySettings.Read(machine.Paths.Home, Environment.GetEnvironmentVariables());

    // For which platform a Debian of that name can be made; null: for none.
    private static ImagePlatform? DebianOf(ImageReference name, ImagePlatform? wanted) => name switch
    {
        { Tag: null } or { Digest: not null } => null,
        { Repository: DebianRepository } => wanted ?? ImagePlatform.Amd64,
        { Repository: DebianI386Repository } when wanted is null || wanted == ImagePlatform.I386 => ImagePlatform.I386,
        _ => null,
    };

    private async Task<Image> MakeDebianAsync(
        ImageReference name, ImagePlatform platform, ImageException refusal, Action<FetchStep> tell, CancellationToken cancellation)
    {
        await making.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (machine.Images.Find(name.Familiar, platform) is { } made)
                return made;
            return await BootstrapAsync(name, platform, tell, cancellation).ConfigureAwait(false);
        }
        catch (BootstrapException e)
        {
            throw new ImageException($"{refusal.Message}; and it cannot be made from a mirror: {e.Message}", e);
        }
        finally
        {
            making.Exit();
        }
    }

    private async Task<Image> BootstrapAsync(ImageReference name, ImagePlatform platform, Action<FetchStep> tell, CancellationToken cancellation)
    {
        // Who looks into a container asks ps first: docker's own image lacks it.
        var options = new BootstrapOptions { Suite = name.Tag!, Architecture = platform.DebianName, Include = ["procps"], CacheDirectory = machine.Paths.Packages };
        var bootstrap = new DebianBootstrap(options, new ZoneRunner(machine.Kernel), progress => tell(Step(progress)));
        Directory.CreateDirectory(machine.Paths.Packages);
        string file = Path.Combine(machine.Paths.Packages, Guid.NewGuid().ToString("N") + ".tar");
        var layer = new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 20, FileOptions.DeleteOnClose);
        await using (layer.ConfigureAwait(false))
        {
            BootstrapResult result = await bootstrap.RunAsync(layer, cancellation).ConfigureAwait(false);
            layer.Position = 0;
            var image = new NewImage
            {
                Config = result.Config,
                Platform = platform,
                Created = result.Date,
                CreatedBy = $"zonix bootstrap {result.Suite}",
                Comment = string.Create(CultureInfo.InvariantCulture, $"Debian {result.Codename} of {result.Date:yyyy-MM-dd}, {result.Packages.Count} packages"),
            };
            return machine.Images.ImportTar(layer, name, image, new ImageSteps(tell), cancellation);
        }
    }

    private static FetchStep Step(BootstrapProgress progress) => progress switch
    {
        { Download: { } done } => new FetchStep("packages", "Downloading", done.Bytes, done.AllBytes),
        { Phase: BootstrapPhase.Index } => new FetchStep("index", progress.Text),
        { Phase: BootstrapPhase.Unpack } => new FetchStep("unpack", progress.Text),
        { Phase: BootstrapPhase.Configure } => new FetchStep("dpkg", progress.Text),
        _ => new FetchStep("image", "Packing"),
    };
}
