using System.Security.Cryptography;
using System.Text;

namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>
/// Files of archives on the host, named by their SHA-256 and verified each time they are used; and the last release files,
/// which carry their signature. Several processes may use one at once: a file appears under its name only when it is whole.
/// </summary>
public sealed class DownloadCache
{
    private readonly string files, releases;

    /// <summary>One in a directory, which is made when it is missing.</summary>
    public DownloadCache(string directory)
    {
        files = Path.Combine(directory, "files");
        releases = Path.Combine(directory, "releases");
        try
        {
            Directory.CreateDirectory(files);
            Directory.CreateDirectory(releases);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BootstrapException($"the cache {directory} cannot be made: {e.Message}", e);
        }
    }

    /// <summary>The content of a file if it is there and what it should be; one that is not is removed.</summary>
    public byte[]? Read(FileHash hash)
    {
        string path = PathOf(hash);
        try
        {
            byte[] content = File.ReadAllBytes(path);
            if (content.Length == hash.Size && Sha256(content) == hash.Sha256)
                return content;
            File.Delete(path);
        }
        catch (IOException)
        {
            // It is not there, or went meanwhile.
        }
        return null;
    }

    /// <summary>Whether a file is there and what it should be; one that is not is removed.</summary>
    public bool Has(FileHash hash)
    {
        string path = PathOf(hash);
        if (!File.Exists(path))
            return false;
        if (Check(path, hash) is null)
            return true;
        File.Delete(path);
        return false;
    }

    /// <summary>Fetches a file unless it is there. A download that broke off is gone on with.</summary>
    /// <exception cref="BootstrapException">No place has it, or what they have is not what it should be.</exception>
    public async Task FetchAsync(WantedFile wanted, MirrorClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(client);
        if (Has(wanted.Hash))
            return;
        string path = PathOf(wanted.Hash), part = path + ".part";
        string? fault = null;
        bool isOther = false;
        foreach (Uri place in wanted.Places)
        {
            for (bool again = false; ; again = true)
            {
                string? missing = await FetchPartAsync(place, wanted.Hash, part, client, cancellation).ConfigureAwait(false);
                fault = missing ?? fault;
                // What came before the way broke off is gone on with the next time.
                if (missing is not null || !File.Exists(part))
                    break;
                if (Check(part, wanted.Hash) is not { } wrong)
                {
                    File.Move(part, path, overwrite: true);
                    return;
                }
                // What was there from another time may have been the wrong one: once more from the beginning.
                File.Delete(part);
                (fault, isOther) = ($"{place} is not what the index says: {wrong}", true);
                if (again)
                    break;
            }
        }
        throw new BootstrapException(fault ?? $"{wanted.Name} does not exist, though the index lists it; the mirror may be changing just now") { IsOtherContent = isOther };
    }

    /// <summary>Keeps a release file as it came, or that there is none (null).</summary>
    public void StoreRelease(Uri place, byte[]? content)
    {
        string path = PathOf(place), made = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(made, content ?? []);
        File.Move(made, path, overwrite: true);
    }

    /// <summary>The release file as it came last.</summary>
    /// <param name="place">Where it comes from.</param>
    /// <param name="content">The file; null: there was none.</param>
    /// <returns>Whether anybody has asked for it before.</returns>
    public bool TryReadRelease(Uri place, out byte[]? content)
    {
        content = null;
        try
        {
            byte[] stored = File.ReadAllBytes(PathOf(place));
            content = stored.Length > 0 ? stored : null;
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task<string?> FetchPartAsync(Uri place, FileHash hash, string part, MirrorClient client, CancellationToken cancellation)
    {
        bool found;
        FileStream target;
        try
        {
            target = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new BootstrapException($"{place} is being fetched by another process, or cannot be written: {e.Message}", e);
        }
        await using (target.ConfigureAwait(false))
        {
            if (target.Length > hash.Size)
                target.SetLength(0);
            try
            {
                found = target.Length == hash.Size || await client.FetchAsync(place, target, target.Length, hash.Size, cancellation).ConfigureAwait(false);
            }
            catch (MirrorUnreachableException e)
            {
                return e.Message;
            }
        }
        if (found)
            return null;
        File.Delete(part);
        return $"{place} does not exist, though the index lists it; the mirror may be changing just now";
    }

    private static string? Check(string path, FileHash hash)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length != hash.Size)
            return $"{file.Length} bytes, not {hash.Size}";
        string found = Convert.ToHexStringLower(SHA256.HashData(file));
        return found == hash.Sha256 ? null : $"SHA-256 {found}, not {hash.Sha256}";
    }

    private static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private string PathOf(FileHash hash) => Path.Combine(files, hash.Sha256);

    private string PathOf(Uri place) => Path.Combine(releases, Sha256(Encoding.UTF8.GetBytes(place.AbsoluteUri)));
}
