using Zonix.Images.Bootstrap.Control;
using Zonix.Images.Bootstrap.Signing;
using Zonix.Images.Compression;

namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>Fetches verified files of archives, through a cache. What the cache has is used when there is no way to a mirror.</summary>
public sealed class ArchiveClient(MirrorClient client, DownloadCache cache, Func<DateTimeOffset> clock)
{
    private const int MaxRelease = 16 << 20;
    private const int MaxIndex = 1 << 30;
    private const int ParallelDownloads = 6;

    /// <summary>The release of a suite, verified; null: the archive has no such suite.</summary>
    /// <exception cref="BootstrapException">Its signature, its name or its dates are wrong.</exception>
    public async Task<ReleaseFile?> GetReleaseAsync(SuiteSource source, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        var verifier = new SignatureVerifier(source.Keyring, clock());
        Uri signedInOne = new(source.Place, "InRelease"), plain = new(source.Place, "Release");
        byte[] text;
        string name = signedInOne.ToString();
        if (await GetReleaseFileAsync(signedInOne, cancellation).ConfigureAwait(false) is { } inRelease)
        {
            text = verifier.VerifyClearSigned(inRelease, name);
        }
        else
        {
            name = plain.ToString();
            if (await GetReleaseFileAsync(plain, cancellation).ConfigureAwait(false) is not { } release)
                return null;
            byte[] signature = await GetReleaseFileAsync(new Uri(source.Place, "Release.gpg"), cancellation).ConfigureAwait(false)
                ?? throw new BootstrapException($"{name} is not signed: there is neither InRelease nor Release.gpg");
            verifier.VerifyDetached(release, signature, name);
            text = release;
        }
        var found = new ReleaseFile(text, name);
        found.Check(source.Suite, clock(), source.ChecksValidUntil, source.ChecksDate);
        return found;
    }

    /// <summary>Adds the packages of a suite's components to an index.</summary>
    public async Task AddPackagesAsync(SuiteSource source, ReleaseFile release, string architecture, PackageIndex index, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(index);
        if (release.Architectures is { Count: > 0 } known && !known.Contains(architecture))
            throw new BootstrapException($"{source.Place} has no packages for {architecture}, only for {string.Join(", ", known)}");
        foreach (string component in source.Components)
        {
            // gzip first: it is a little larger, and many times as fast to read.
            string folder = $"{component}/binary-{architecture}/Packages";
            string path = new[] { $"{folder}.gz", $"{folder}.xz", folder }.FirstOrDefault(one => release.Find(one) is not null)
                ?? throw new BootstrapException($"{source.Place} has no component {component} for {architecture}");
            FileHash hash = release.Find(path)!.Value;
            if (hash.Size > MaxIndex || (release.Find(folder) is { } whole && whole.Size > MaxIndex))
                throw new BootstrapException($"the index {path} of {source.Place} is larger than {MaxIndex} bytes");
            var places = new List<Uri> { new(source.Place, path) };
            if (release.HasHashedNames)
                places.Insert(0, new Uri(source.Place, $"{path[..path.LastIndexOf('/')]}/by-hash/SHA256/{hash.Sha256}"));
            await cache.FetchAsync(new WantedFile(places, hash), client, cancellation).ConfigureAwait(false);
            byte[] packed = cache.Read(hash) ?? throw new BootstrapException($"the index {path} went out of the cache");
            index.Add(Unpack(packed, (int)(release.Find(folder)?.Size ?? 0)), source.Archive);
        }
    }

    /// <summary>Fetches packages that the cache does not have.</summary>
    public async Task FetchPackagesAsync(IReadOnlyList<PackageRecord> packages, Action<DownloadProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(packages);
        long all = packages.Sum(static one => one.Size), bytes = 0;
        int files = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelDownloads, CancellationToken = cancellation };
        await Parallel.ForEachAsync(packages, options, async (package, token) =>
        {
            var wanted = new WantedFile([new Uri(package.Archive, package.FileName)], HashOf(package));
            await cache.FetchAsync(wanted, client, token).ConfigureAwait(false);
            long sum = Interlocked.Add(ref bytes, package.Size);
            progress?.Invoke(new DownloadProgress(Interlocked.Increment(ref files), packages.Count, sum, all));
        }).ConfigureAwait(false);
    }

    /// <summary>The file of a package that has been fetched.</summary>
    /// <exception cref="BootstrapException">It is not in the cache, or not what it should be.</exception>
    public byte[] ReadPackage(PackageRecord package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return cache.Read(HashOf(package)) ?? throw new BootstrapException($"the file of {package} is not in the cache, or was damaged there; fetch it again");
    }

    private static FileHash HashOf(PackageRecord package) => new(package.Sha256.ToLowerInvariant(), package.Size);

    private static ReadOnlyMemory<byte> Unpack(byte[] packed, int size)
    {
        using Stream plain = Decompression.Open(new MemoryStream(packed), out _);
        using var content = new MemoryStream(size);
        plain.CopyTo(content);
        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    private async Task<byte[]?> GetReleaseFileAsync(Uri place, CancellationToken cancellation)
    {
        try
        {
            byte[]? content = await client.GetAsync(place, MaxRelease, cancellation).ConfigureAwait(false);
            cache.StoreRelease(place, content);
            return content;
        }
        catch (MirrorUnreachableException) when (cache.TryReadRelease(place, out byte[]? stored))
        {
            return stored;
        }
        catch (MirrorUnreachableException e)
        {
            throw new BootstrapException(e.Message, e);
        }
    }
}
