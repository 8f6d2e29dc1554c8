using Zonix.Images.Bootstrap.Apt;
using Zonix.Images.Bootstrap.Building;
using Zonix.Images.Bootstrap.Control;
using Zonix.Images.Bootstrap.Fetching;

namespace Zonix.Images.Bootstrap;

/// <summary>
/// Makes a Debian from a mirror: its packages are found, fetched and verified, what dpkg needs is unpacked, and dpkg does the
/// rest in a zone. The outcome is one layer, the same bytes for the same state of the mirror.
/// </summary>
public sealed class DebianBootstrap
{
    /// <summary>Where programs are looked for in the image.</summary>
    public const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly BootstrapOptions options;
    private readonly IZoneRunner runner;
    private readonly Action<BootstrapProgress> progress;

    /// <summary>Prepares one.</summary>
    /// <param name="options">Which Debian, and from where.</param>
    /// <param name="runner">Makes the zones that dpkg runs in.</param>
    /// <param name="progress">Is told how far it is, by any thread.</param>
    public DebianBootstrap(BootstrapOptions options, IZoneRunner runner, Action<BootstrapProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(runner);
        this.options = options;
        this.runner = runner;
        this.progress = progress ?? (static _ => { });
    }

    /// <summary>Does it.</summary>
    /// <param name="layer">Takes the layer, an uncompressed tar archive.</param>
    /// <param name="cancellation">Ends it early; what was fetched stays in the cache.</param>
    /// <exception cref="BootstrapException">The mirror, a signature, a package or dpkg is in the way; the message says what.</exception>
    public async Task<BootstrapResult> RunAsync(Stream layer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(layer);
        AptConfiguration configuration = AptConfiguration.Load(options.ConfigurationRoot);
        var choice = new MirrorChoice(options, configuration, AptSourceReader.Load(options.ConfigurationRoot));
        using var mirror = new MirrorClient(new AptProxy(configuration, HttpClient.DefaultProxy));
        var archives = new ArchiveClient(mirror, new DownloadCache(options.CacheDirectory), options.Clock);
        var index = new PackageIndex();
        (List<SuiteSource> suites, ReleaseFile release, DateTimeOffset date) = await ReadIndexesAsync(choice, archives, index, cancellation).ConfigureAwait(false);

        var packages = new PackageChoice(index, options);
        IReadOnlyList<PackageRecord> all = [.. packages.Required, .. packages.Others];
        await archives.FetchPackagesAsync(all, done => progress(new(BootstrapPhase.Download, "", done)), cancellation).ConfigureAwait(false);

        long epoch = options.SourceDateEpoch ?? date.ToUnixTimeSeconds(), started = runner.FileSystems.Now.Seconds;
        using var tree = new BootstrapTree(runner.FileSystems, new Timestamp(epoch, 0));
        try
        {
            await InstallAsync(tree, packages, archives, epoch, cancellation).ConfigureAwait(false);
            progress(new(BootstrapPhase.Pack, ""));
            var finishing = new Finishing(tree, epoch, started);
            finishing.WriteSources(suites);
            finishing.WriteSettings();
            finishing.RemoveTraces();
            finishing.Pack(layer, cancellation);
        }
        catch (ImageException e)
        {
            throw new BootstrapException(e.Message, e);
        }
        return new BootstrapResult(options.Suite, release.Codename ?? options.Suite, date, [.. all.OrderBy(static one => one.Name, StringComparer.Ordinal)]);
    }

    private async Task<(List<SuiteSource> Suites, ReleaseFile Release, DateTimeOffset Date)> ReadIndexesAsync(
        MirrorChoice choice, ArchiveClient archives, PackageIndex index, CancellationToken cancellation)
    {
        SuiteSource main = choice.Suite;
        progress(new(BootstrapPhase.Index, main.Place.ToString()));
        ReleaseFile release = await archives.GetReleaseAsync(main, cancellation).ConfigureAwait(false)
            ?? throw new BootstrapException($"{main.Archive} has no suite {options.Suite}");
        await archives.AddPackagesAsync(main, release, options.Architecture, index, cancellation).ConfigureAwait(false);
        var suites = new List<SuiteSource> { main };
        DateTimeOffset date = release.Date;
        foreach (SuiteSource source in choice.Updates)
        {
            progress(new(BootstrapPhase.Index, source.Place.ToString()));
            if (await archives.GetReleaseAsync(source, cancellation).ConfigureAwait(false) is not { } updates)
                continue;
            suites.Add(source);
            if (await TryAddUpdatesAsync(archives, source, updates, index, cancellation).ConfigureAwait(false))
                date = updates.Date > date ? updates.Date : date;
        }
        return (suites, release, date);
    }

    // As apt does: what the mirror has another content of is left out, and said to be. It stays a source of the image's own apt.
    private async Task<bool> TryAddUpdatesAsync(ArchiveClient archives, SuiteSource source, ReleaseFile release, PackageIndex index, CancellationToken cancellation)
    {
        try
        {
            await archives.AddPackagesAsync(source, release, options.Architecture, index, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (BootstrapException e) when (e.IsOtherContent)
        {
            progress(new(BootstrapPhase.Index, $"{source.Suite} is LEFT OUT: {e.Message}"));
            return false;
        }
    }

    private async Task InstallAsync(BootstrapTree tree, PackageChoice packages, ArchiveClient archives, long epoch, CancellationToken cancellation)
    {
        progress(new(BootstrapPhase.Unpack, ""));
        await tree.UnpackAsync(
            packages.Required, archives.ReadPackage, one => progress(new(BootstrapPhase.Unpack, one.ToString())), cancellation).ConfigureAwait(false);
        tree.PrepareDatabase(packages.Required.FirstOrDefault(static one => one.Name == "dpkg")
            ?? throw new BootstrapException("the packages that are required do not have dpkg among them"));
        var stage = new SecondStage(tree, runner, line => progress(new(BootstrapPhase.Configure, line)), epoch) { Is32Bit = options.Architecture == ImagePlatform.I386.DebianName };
        await stage.RunAsync(Add(packages.Required), Add(packages.Others), cancellation).ConfigureAwait(false);

        List<(PackageRecord Package, string Path)> Add(IReadOnlyList<PackageRecord> some) =>
            [.. some.Select(one => (one, tree.AddArchive(one, archives.ReadPackage(one))))];
    }
}
