using System.Globalization;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Zonix.Images.Bootstrap.Signing;

/// <summary>
/// Says whether a file is signed by a key of a keyring. Of several signatures one good one is enough, those of unknown keys say
/// nothing, and a wrong one of a known key spoils the file, as apt has it.
/// </summary>
public sealed class SignatureVerifier(Keyring keyring, DateTimeOffset now)
{
    /// <summary>The text of an InRelease file.</summary>
    /// <exception cref="BootstrapException">It is not signed by any of the keys; why is in the message.</exception>
    public byte[] VerifyClearSigned(ReadOnlySpan<byte> file, string name)
    {
        ClearSignedText text = ClearSignedText.Parse(file, name);
        Verify(text.Signature, name, signature => signature.SignatureType switch
        {
            PgpSignature.CanonicalTextDocument or PgpSignature.BinaryDocument => text.Canonical(),
            _ => null,
        });
        return text.Content;
    }

    /// <summary>Checks a file against a signature in a file of its own (Release.gpg).</summary>
    /// <exception cref="BootstrapException">It is not signed by any of the keys; why is in the message.</exception>
    public void VerifyDetached(byte[] content, byte[] signature, string name) =>
        Verify(signature, name, one => one.SignatureType is PgpSignature.BinaryDocument or PgpSignature.CanonicalTextDocument ? content : null);

    private void Verify(byte[] armored, string name, Func<PgpSignature, byte[]?> signedBytes)
    {
        bool good = false;
        var problems = new List<string>();
        foreach (PgpSignature signature in Read(armored, name))
        {
            string id = signature.KeyId.ToString("X16", CultureInfo.InvariantCulture);
            if (!keyring.TryFind(signature, out PgpPublicKey primary, out PgpPublicKey key))
                problems.Add($"no key {id} is known");
            else if (Objection(signature, primary, key) is { } objection)
                problems.Add($"the key {id} {objection}");
            else if (signedBytes(signature) is not { } bytes || !IsGood(signature, key, bytes))
                throw new BootstrapException($"{name} has a wrong signature of the key {id}: the file is not what was signed");
            else
                good = true;
        }
        if (good)
            return;
        string why = problems.Count == 0 ? "there is no signature" : string.Join("; ", problems);
        string keys = keyring.Sources.Count == 0 ? "no keyring" : string.Join(", ", keyring.Sources);
        throw new BootstrapException($"{name} is not signed by a key that is trusted: {why} (keys of {keys}; --keyring FILE adds some)");
    }

    private static List<PgpSignature> Read(byte[] armored, string name)
    {
        var all = new List<PgpSignature>();
        try
        {
            using var input = new MemoryStream(armored);
            var factory = new PgpObjectFactory(PgpUtilities.GetDecoderStream(input));
            while (factory.NextPgpObject() is { } found)
            {
                if (found is not PgpSignatureList list)
                    continue;
                for (int i = 0; i < list.Count; i++)
                    all.Add(list[i]);
            }
            return all;
        }
        catch (Exception e) when (e is IOException or PgpException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new BootstrapException($"the signature of {name} is broken: {e.Message}", e);
        }
    }

    private string? Objection(PgpSignature signature, PgpPublicKey primary, PgpPublicKey key)
    {
        if (primary.HasRevocation() || key.HasRevocation())
            return "was revoked";
        if ((Expiry(primary, primary) is { } one && one < now) || (Expiry(primary, key) is { } other && other < now))
            return $"expired on {(Expiry(primary, primary) is { } date && date < now ? date : Expiry(primary, key)):yyyy-MM-dd}";
        if (signature.HashAlgorithm is HashAlgorithmTag.MD5 or HashAlgorithmTag.Sha1 or HashAlgorithmTag.RipeMD160 or HashAlgorithmTag.MD2)
            return $"signed with {signature.HashAlgorithm}, which is no longer safe";
        long lifetime = signature.GetHashedSubPackets()?.GetSignatureExpirationTime() ?? 0;
        return lifetime > 0 && Utc(signature.CreationTime).AddSeconds(lifetime) < now ? "made a signature that has expired" : null;
    }

    private static DateTimeOffset? Expiry(PgpPublicKey primary, PgpPublicKey key)
    {
        long seconds = key.IsMasterKey ? key.GetValidSeconds() : key.GetValidSeconds(primary);
        return seconds > 0 ? Utc(key.CreationTime).AddSeconds(seconds) : null;
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private static bool IsGood(PgpSignature signature, PgpPublicKey key, byte[] bytes)
    {
        try
        {
            signature.InitVerify(key);
            signature.Update(bytes);
            return signature.Verify();
        }
        catch (Exception e) when (e is PgpException or Org.BouncyCastle.Security.SecurityUtilityException or ArgumentException)
        {
            return false;
        }
    }
}
