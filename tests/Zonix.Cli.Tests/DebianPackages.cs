using Zonix.Images.Bootstrap;
using Zonix.Images.Bootstrap.Apt;
using Zonix.Images.Bootstrap.Control;
using Zonix.Images.Bootstrap.Fetching;

namespace Zonix.Cli.Tests;

/// <summary>Packages of a mirror and all that they need beyond what images have, verified, as files.</summary>
internal static class DebianPackages
{
    /// <summary>
    /// Puts the files into numbered folders within a folder: what a package pre-depends on comes in an earlier one. The test is skipped
    /// when there is no way to a mirror.
    /// </summary>
    public static async Task FetchAsync(string suite, string folder, string cache, string[] names, CancellationToken cancellation)
    {
        var options = new BootstrapOptions { Suite = suite, Include = ["procps"], CacheDirectory = cache };
        AptConfiguration apt = AptConfiguration.Load();
        try
        {
            var choice = new MirrorChoice(options, apt, AptSourceReader.Load());
            using var mirror = new MirrorClient(new AptProxy(apt, HttpClient.DefaultProxy));
            if (await mirror.GetAsync(new Uri(choice.Suite.Place, "InRelease"), 1 << 24, cancellation) is null)
                Assert.Skip($"{choice.Suite.Archive} has no suite {suite}");
            var archives = new ArchiveClient(mirror, new DownloadCache(cache), options.Clock);
            var index = new PackageIndex();
            foreach (SuiteSource source in (SuiteSource[])[choice.Suite, .. choice.Updates])
            {
                if (await archives.GetReleaseAsync(source, cancellation) is { } release)
                    await archives.AddPackagesAsync(source, release, options.Architecture, index, cancellation);
            }
            var image = new PackageChoice(index, options);
            HashSet<string> known = [.. image.Required.Concat(image.Others).Select(static one => one.Name)];
            List<PackageRecord> wanted = [.. new PackageChoice(index, options with { Include = ["procps", .. names] }).Others.Where(one => !known.Contains(one.Name))];
            await archives.FetchPackagesAsync(wanted, null, cancellation);
            int number = 10;
            HashSet<string> waiting = [];
            foreach (PackageRecord one in wanted)
            {
                if (one.PreDepends.Any(group => group.Any(relation => waiting.Contains(relation.Name))))
                {
                    number++;
                    waiting.Clear();
                }
                waiting.Add(one.Name);
                string batch = Directory.CreateDirectory(Path.Combine(folder, $"{number}")).FullName;
                await File.WriteAllBytesAsync(Path.Combine(batch, one.CacheName), archives.ReadPackage(one), cancellation);
            }
        }
        catch (MirrorUnreachableException e)
        {
            Assert.Skip($"no mirror of Debian can be reached: {e.Message}");
        }
        catch (BootstrapException e) when (e.Message.Contains("there are no keys", StringComparison.Ordinal))
        {
            Assert.Skip(e.Message);
        }
    }
}
