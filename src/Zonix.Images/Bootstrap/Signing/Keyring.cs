using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Zonix.Images.Bootstrap.Signing;

/// <summary>Public OpenPGP keys that signatures are believed from.</summary>
public sealed class Keyring
{
    private readonly List<(PgpPublicKey Primary, PgpPublicKey Key)> keys = [];

    /// <summary>Where the keys come from, for messages.</summary>
    public List<string> Sources { get; } = [];

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => keys.Count == 0;

    /// <summary>Adds the keys of a file, which is binary (.gpg, .pgp) or in ASCII armor (.asc).</summary>
    public void AddFile(string path)
    {
        try
        {
            Add(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BootstrapException($"the keyring {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Adds the keys of a keyring's content.</summary>
    public void Add(byte[] content, string source)
    {
        try
        {
            // A file may hold several blocks of armor, one behind the other.
            using var text = new MemoryStream(content);
            while (text.Position < text.Length && PgpUtilities.GetDecoderStream(text) is { } decoder)
            {
                int before = keys.Count;
                foreach (PgpPublicKeyRing ring in new PgpPublicKeyRingBundle(decoder).GetKeyRings())
                    AddRing(ring);
                if (decoder is not ArmoredInputStream || keys.Count == before)
                    break;
            }
        }
        catch (Exception e) when (e is IOException or PgpException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new BootstrapException($"{source} is no keyring: {e.Message}", e);
        }
        Sources.Add(source);
    }

    /// <summary>
    /// Leaves only the keys of these fingerprints; none: all stay. A primary key's lets its subkeys in, unless '!' stands behind it.
    /// Signed-By in sources.list(5).
    /// </summary>
    public void Limit(IReadOnlyList<string> fingerprints)
    {
        if (fingerprints.Count == 0)
            return;
        keys.RemoveAll(pair => !fingerprints.Any(one => Is(pair.Key, one.TrimEnd('!')) || (!one.EndsWith('!') && Is(pair.Primary, one))));
        Sources.Add($"those of {string.Join(", ", fingerprints)} alone");

        static bool Is(PgpPublicKey key, string fingerprint) => Convert.ToHexString(key.GetFingerprint()).Equals(fingerprint, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The key that a signature names, and the primary key it belongs to.</summary>
    internal bool TryFind(PgpSignature signature, out PgpPublicKey primary, out PgpPublicKey key)
    {
        byte[]? fingerprint = signature.GetHashedSubPackets()?.GetIssuerFingerprint()?.GetFingerprint();
        foreach ((PgpPublicKey Primary, PgpPublicKey Key) pair in keys)
        {
            (primary, key) = pair;
            if (key.KeyId == signature.KeyId && (fingerprint is null || fingerprint.AsSpan().SequenceEqual(key.GetFingerprint())))
                return true;
        }
        (primary, key) = (null!, null!);
        return false;
    }

    // A subkey is the owner's only by the primary key's word.
    private void AddRing(PgpPublicKeyRing ring)
    {
        PgpPublicKey primary = ring.GetPublicKey();
        foreach (PgpPublicKey key in ring.GetPublicKeys())
        {
            if (key.IsMasterKey || IsBound(primary, key))
                keys.Add((primary, key));
        }
    }

    private static bool IsBound(PgpPublicKey primary, PgpPublicKey subkey)
    {
        foreach (PgpSignature binding in subkey.GetSignaturesOfType(PgpSignature.SubkeyBinding))
        {
            binding.InitVerify(primary);
            if (binding.VerifyCertification(primary, subkey))
                return true;
        }
        return false;
    }
}
