using Zonix.Images.Bootstrap.Apt;
using Zonix.Images.Bootstrap.Fetching;
using Zonix.Images.Bootstrap.Signing;

namespace Zonix.Images.Bootstrap;

/// <summary>
/// Says where a suite, its updates and its security updates are: at the mirror that was asked for, else where the host's apt
/// takes them from, else where its other suites of Debian are, else at Debian's own address.
/// </summary>
public sealed class MirrorChoice
{
    private const string DebianArchive = "http://deb.debian.org/debian/";
    private readonly BootstrapOptions options;
    private readonly List<AptSource> sources;
    private readonly AptConfiguration configuration;

    /// <summary>By the options and the host's configuration.</summary>
    public MirrorChoice(BootstrapOptions options, AptConfiguration configuration, List<AptSource> sources)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sources);
        this.options = options;
        this.configuration = configuration;
        this.sources = sources;
    }

    /// <summary>The suite itself, which must exist.</summary>
    public SuiteSource Suite
    {
        get
        {
            AptSource? configured = Main;
            return Source(options.Mirror is { } mirror ? Slashed(mirror) : configured?.Archive ?? new Uri(DebianArchive), options.Suite, configured);
        }
    }

    /// <summary>Its updates and its security updates, which need not exist.</summary>
    public IEnumerable<SuiteSource> Updates
    {
        get
        {
            SuiteSource main = Suite;
            string updates = $"{options.Suite}-updates", security = $"{options.Suite}-security";
            AptSource? configured = options.Mirror is null ? Configured(updates) : null;
            yield return Source(configured?.Archive ?? main.Archive, updates, configured ?? Main);
            configured = options.Mirror is null ? Configured(security) ?? sources.Find(static one => IsDebian(one, "debian-security")) : null;
            // By custom it lies beside the archive; what mirrors have in it differs.
            if ((configured?.Archive ?? Sibling(main.Archive)) is { } archive)
                yield return Source(archive, security, configured ?? Main);
        }
    }

    private AptSource? Main => options.Mirror is null ? Configured(options.Suite) ?? sources.Find(static one => IsDebian(one, "debian")) : null;

    private AptSource? Configured(string suite) =>
        sources.Find(one => one.Suite == suite && IsDebian(one, null) && (one.Architectures.Count == 0 || one.Architectures.Contains(options.Architecture)));

    // Another archive may have suites of the same name; Debian's have a component main and lie in a folder of that name.
    private static bool IsDebian(AptSource source, string? folder)
    {
        string last = source.Archive.Segments[^1].Trim('/');
        return source.Components.Contains("main") && (folder is null ? last.StartsWith("debian", StringComparison.Ordinal) : last == folder);
    }

    private static Uri? Sibling(Uri archive) => archive.Segments[^1] == "debian/" ? new Uri(archive, "../debian-security/") : null;

    private static Uri Slashed(Uri archive) => archive.AbsoluteUri.EndsWith('/') ? archive : new Uri(archive.AbsoluteUri + "/");

    private SuiteSource Source(Uri archive, string suite, AptSource? configured) =>
        new(archive, suite, options.Components, Keys(configured))
        {
            ChecksValidUntil = configured?.ChecksValidUntil ?? configuration.IsOn("Acquire::Check-Valid-Until", otherwise: true),
            ChecksDate = configured?.ChecksDate ?? configuration.IsOn("Acquire::Check-Date", otherwise: true),
        };

    private Keyring Keys(AptSource? configured)
    {
        var keys = new Keyring();
        IEnumerable<string> files = options.Keyrings;
        if (options.Keyrings.Count == 0 && configured is { InlineKey: { } key })
        {
            keys.Add(System.Text.Encoding.ASCII.GetBytes(key), "the key in apt's configuration");
            return keys;
        }
        if (options.Keyrings.Count == 0)
        {
            files = configured?.SignedBy.Where(static one => one.StartsWith('/')).Select(Hosted) ?? [];
            if (!files.Any())
                files = Trusted();
        }
        foreach (string file in files)
            keys.AddFile(file);
        if (options.Keyrings.Count == 0 && configured is not null)
            keys.Limit([.. configured.SignedBy.Where(static one => !one.StartsWith('/'))]);
        return keys.IsEmpty
            ? throw new BootstrapException(options.Keyrings.Count > 0 ? $"there are no keys in {string.Join(", ", options.Keyrings)}" :
                "there are no keys to verify a mirror with: install debian-archive-keyring, or name a file with --keyring")
            : keys;
    }

    // What apt trusts for sources without Signed-By, and Debian's own keys where a host that is no Debian has them.
    private IEnumerable<string> Trusted()
    {
        string trusted = Hosted("etc/apt/trusted.gpg.d"), main = Hosted("etc/apt/trusted.gpg"), archive = Hosted("usr/share/keyrings/debian-archive-keyring.gpg");
        if (File.Exists(archive))
            yield return archive;
        if (File.Exists(main))
            yield return main;
        if (!Directory.Exists(trusted))
            yield break;
        foreach (string file in Directory.EnumerateFiles(trusted).OrderBy(static one => one, StringComparer.Ordinal))
        {
            if (Path.GetExtension(file) is ".gpg" or ".asc")
                yield return file;
        }
    }

    private string Hosted(string path) => Path.Combine(options.ConfigurationRoot, path.TrimStart('/'));
}
