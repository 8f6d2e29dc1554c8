using System.Text;
using Zonix.Images.Bootstrap.Fetching;
using Zonix.Images.Differences;

namespace Zonix.Images.Bootstrap.Building;

/// <summary>
/// Makes an image of an installed system: settings that suit containers come in, what is a trace of the installation goes, and
/// no time is later than the release's, so that one state of a mirror always gives the same bytes.
/// </summary>
internal sealed class Finishing(BootstrapTree tree, long epoch, long started)
{
    private static readonly string[] Traces =
    [
        "var/log/dpkg.log", "var/log/alternatives.log", "var/log/bootstrap.log", "var/log/apt/history.log", "var/log/apt/term.log",
        "var/log/apt/eipp.log.xz", "var/cache/ldconfig/aux-cache", "var/lib/dbus/machine-id", "etc/hostname", "etc/resolv.conf",
    ];

    private static readonly string[] EmptiedDirectories = ["var/cache/apt/archives", "tmp", "run"];

    private static readonly string[] DirectoriesWithBackups = ["var/lib/dpkg", "var/cache/debconf"];

    /// <summary>Where apt finds packages in the image.</summary>
    public void WriteSources(IReadOnlyList<SuiteSource> suites)
    {
        const string Keyrings = "usr/share/keyrings/debian-archive-keyring";
        if (tree.Find("etc/apt/sources.list.d") is null)
            return;
        string keyring = tree.Find($"{Keyrings}.pgp") is { Access.IsRegular: true } ? $"/{Keyrings}.pgp" : $"/{Keyrings}.gpg";
        var text = new StringBuilder();
        foreach (IGrouping<string, SuiteSource> archive in suites.GroupBy(static one => Shown(one)))
        {
            if (text.Length > 0)
                text.Append('\n');
            text.Append(
                $"""
                Types: deb
                URIs: {archive.Key}
                Suites: {string.Join(' ', archive.Select(static one => one.Suite))}
                Components: {string.Join(' ', archive.First().Components)}
                Signed-By: {keyring}

                """);
        }
        tree.Remove("etc/apt/sources.list");
        tree.File("etc/apt/sources.list.d/debian.sources", text.ToString());
    }

    /// <summary>Settings of apt and dpkg: images shall stay small, and what is unpacked needs no fsync.</summary>
    public void WriteSettings()
    {
        if (tree.Find("etc/apt/apt.conf.d") is not null)
        {
            Setting("docker-autoremove-suggests", "Packages that others only suggest are removed with those that brought them.",
                "Apt::AutoRemove::SuggestsImportant \"false\";");
            Setting("docker-clean", "Neither packages nor caches of indexes stay behind: each would be a part of a layer.",
                "DPkg::Post-Invoke { \"rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true\"; };\n"
                + "Dir::Cache::pkgcache \"\";\nDir::Cache::srcpkgcache \"\";");
            Setting("docker-gzip-indexes", "Indexes are kept as small as they come.", "Acquire::GzipIndexes \"true\";");
            Setting("docker-no-languages", "Descriptions in other languages are not fetched.", "Acquire::Languages \"none\";");
        }
        if (tree.Find("etc/dpkg/dpkg.cfg.d") is not null)
            tree.File("etc/dpkg/dpkg.cfg.d/docker-apt-speedup", "# An image that is not finished is thrown away: nothing need be safe on disk before.\nforce-unsafe-io\n");
    }

    /// <summary>Takes away what only tells of the installation, and what each container gets anew.</summary>
    public void RemoveTraces()
    {
        foreach (string path in Traces)
            tree.Remove(path);
        foreach (string directory in EmptiedDirectories)
        {
            foreach (string name in tree.List(directory).Where(name => directory != "run" || name != "lock"))
            {
                if (name != "partial")
                    tree.Remove($"{directory}/{name}");
            }
        }
        foreach (string directory in DirectoriesWithBackups)
        {
            foreach (string name in tree.List(directory).Where(static name => name.EndsWith("-old", StringComparison.Ordinal)))
                tree.Remove($"{directory}/{name}");
        }
        // Made at the first start; an empty one says so. machine-id(5).
        if (tree.Find("etc/machine-id") is not null)
            tree.File("etc/machine-id", "");
    }

    /// <summary>Writes the tree as a layer.</summary>
    public void Pack(Stream target, CancellationToken cancellation)
    {
        IReadOnlyList<TreeChange> all = TreeComparison.Compare(null, tree.FileSystem, cancellation);
        var latest = new Timestamp(epoch, 0);
        foreach (TreeChange entry in all)
        {
            InodeAttributes attributes = InodeReading.Attributes(entry.PathBytes, entry.Inode!);
            // Whatever was made just now counts as of the release, also where this machine's clock is slow.
            bool isLate = attributes.Modify.Seconds > epoch || (attributes.Modify.Seconds == epoch && attributes.Modify.Nanoseconds > 0);
            if (isLate || attributes.Modify.Seconds >= started)
                entry.Inode!.SetAttributes(new AttributeChange { Modify = latest, Access = latest, Now = tree.Vfs.Now });
        }
        TreePacker.PackChanges(all, target, cancellation);
    }

    // A folder of the host means nothing in a zone.
    private static string Shown(SuiteSource suite) =>
        suite.Archive.IsFile ? "http://deb.debian.org/debian" : suite.Archive.AbsoluteUri.TrimEnd('/');

    private void Setting(string name, string why, string text) => tree.File($"etc/apt/apt.conf.d/{name}", $"// {why}\n{text}\n");
}
