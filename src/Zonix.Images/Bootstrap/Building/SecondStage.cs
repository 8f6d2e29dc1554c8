using Zonix.Images.Bootstrap.Control;

namespace Zonix.Images.Bootstrap.Building;

/// <summary>
/// dpkg's part, in a zone: it unpacks and configures every package by its rules, in the order of debootstrap(8): the core one
/// by one, the rest of what is required at once, then all others, each behind what it pre-depends on.
/// </summary>
internal sealed class SecondStage
{
    private const int KeptLines = 40;

    // Before the first of these is configured there are no users, no libraries' cache and no interpreter of scripts.
    private static readonly string[] Core = ["base-passwd", "base-files", "dpkg"];
    private static readonly string[] Basics = ["libc6", "perl-base", "mawk", "debconf"];

    private readonly BootstrapTree tree;
    private readonly IZoneRunner runner;
    private readonly Action<string> output;
    private readonly string[] environment;
    private readonly Queue<string> lastLines = new();

    /// <param name="tree">Where the first stage has been.</param>
    /// <param name="runner">Makes zones.</param>
    /// <param name="output">Takes dpkg's lines.</param>
    /// <param name="epoch">The time that programs shall take for the present one where they write it down; SOURCE_DATE_EPOCH.</param>
    public SecondStage(BootstrapTree tree, IZoneRunner runner, Action<string> output, long epoch)
    {
        this.tree = tree;
        this.runner = runner;
        this.output = output;
        environment =
        [
            $"PATH={DebianBootstrap.SearchPath}", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
            "DEBCONF_NONINTERACTIVE_SEEN=true", "DEBCONF_NOWARNINGS=yes", $"SOURCE_DATE_EPOCH={epoch}",
        ];
    }

    /// <summary>Whether the system is one of 32 bits: configure scripts ask uname(1).</summary>
    public bool Is32Bit { get; init; }

    /// <summary>Installs packages.</summary>
    /// <param name="required">What the first stage unpacked, with the paths of the files.</param>
    /// <param name="others">The rest, dependencies first, with the paths of the files.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task RunAsync(
        IReadOnlyList<(PackageRecord Package, string Path)> required, IReadOnlyList<(PackageRecord Package, string Path)> others,
        CancellationToken cancellation)
    {
        await RunAsync(cancellation, "/sbin/ldconfig").ConfigureAwait(false);
        bool hasAwk = tree.Find("usr/bin/awk") is not null;
        if (!hasAwk)
            tree.Link("usr/bin/awk", "mawk");
        foreach (string name in Core)
            await InstallAsync(required, name, cancellation).ConfigureAwait(false);
        if (tree.Find("etc/localtime") is null)
            tree.Link("etc/localtime", "/usr/share/zoneinfo/Etc/UTC");
        foreach (string name in Basics)
        {
            if (name == "mawk" && !hasAwk)
                tree.Remove("usr/bin/awk");
            await InstallAsync(required, name, cancellation).ConfigureAwait(false);
        }
        await DpkgAsync(["--force-depends", "--unpack", .. required.Select(static one => one.Path)], cancellation).ConfigureAwait(false);
        // Nothing is to be started because it was installed.
        tree.File("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0x1ED);
        await DpkgAsync(["--configure", "--pending", "--force-configure-any", "--force-depends"], cancellation).ConfigureAwait(false);
        foreach (List<string> batch in Batches(others))
        {
            await DpkgAsync(["--unpack", .. batch], cancellation).ConfigureAwait(false);
            await DpkgAsync(["--configure", "--pending"], cancellation).ConfigureAwait(false);
        }
        lastLines.Clear();
        await DpkgAsync(["--audit"], cancellation).ConfigureAwait(false);
        if (lastLines.Count > 0)
            throw new BootstrapException($"dpkg finds fault with what was installed:\n{string.Join('\n', lastLines)}");
    }

    // A package that pre-depends on others can be unpacked when those are configured.
    private static IEnumerable<List<string>> Batches(IReadOnlyList<(PackageRecord Package, string Path)> others)
    {
        var waiting = new HashSet<string>(StringComparer.Ordinal);
        var batch = new List<string>();
        foreach ((PackageRecord package, string path) in others)
        {
            if (package.PreDepends.Any(group => group.Any(one => waiting.Contains(one.Name))))
            {
                yield return batch;
                batch = [];
                waiting.Clear();
            }
            waiting.Add(package.Name);
            batch.Add(path);
        }
        if (batch.Count > 0)
            yield return batch;
    }

    private async Task InstallAsync(IReadOnlyList<(PackageRecord Package, string Path)> packages, string name, CancellationToken cancellation)
    {
        if (packages.FirstOrDefault(one => one.Package.Name == name) is { Path: { } path })
            await DpkgAsync(["--force-depends", "--install", path], cancellation).ConfigureAwait(false);
    }

    // What is on no disk needs no fsync.
    private Task DpkgAsync(string[] arguments, CancellationToken cancellation) =>
        RunAsync(cancellation, ["/usr/bin/dpkg", "--force-unsafe-io", .. arguments]);

    private async Task RunAsync(CancellationToken cancellation, params string[] words)
    {
        int status = await runner.RunAsync(tree.FileSystem, new ZoneCommand(words, environment, Is32Bit), Take, cancellation).ConfigureAwait(false);
        if (status != 0)
        {
            string command = string.Join(' ', words.Take(4)) + (words.Length > 4 ? " ..." : "");
            throw new BootstrapException($"'{command}' ended with {status} in the zone; its last lines:\n{string.Join('\n', lastLines)}");
        }
    }

    private void Take(string line)
    {
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > KeptLines)
                lastLines.Dequeue();
        }
        output(line);
    }
}
