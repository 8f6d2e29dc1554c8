using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace Zonix.Images.Tests;

/// <summary>An OpenPGP key made for a test, and what it signs. GnuPG is not needed for it.</summary>
internal sealed class SigningKey
{
    private readonly PgpSecretKeyRing ring;

    private SigningKey(string owner)
    {
        var rsa = new RsaKeyPairGenerator();
        rsa.Init(new RsaKeyGenerationParameters(BigInteger.ValueOf(65537), new SecureRandom(), 2048, 25));
        var pair = new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, rsa.GenerateKeyPair(), DateTime.UtcNow.AddDays(-30));
        var generator = new PgpKeyRingGenerator(
            PgpSignature.PositiveCertification, pair, owner, SymmetricKeyAlgorithmTag.Null, passPhrase: (char[]?)null, useSha1: false,
            hashedPackets: null, unhashedPackets: null, new SecureRandom());
        ring = generator.GenerateSecretKeyRing();
        PublicKey = Armored(ring.GetPublicKey().Encode);
        Fingerprint = Convert.ToHexString(ring.GetPublicKey().GetFingerprint());
    }

    /// <summary>The archive's, which hosts of tests trust.</summary>
    public static SigningKey Trusted { get; } = new("archive@example.org");

    /// <summary>Somebody else's.</summary>
    public static SigningKey Stranger { get; } = new("stranger@example.org");

    /// <summary>The public key in ASCII armor.</summary>
    public string PublicKey { get; }

    /// <summary>Its fingerprint in hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>A text and its signature in one, as InRelease is.</summary>
    public string SignClear(string text)
    {
        string canonical = string.Join("\r\n", text.TrimEnd('\n').Split('\n').Select(static line => line.TrimEnd()));
        return $"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{text}{Sign(Encoding.UTF8.GetBytes(canonical), PgpSignature.CanonicalTextDocument)}";
    }

    /// <summary>A signature for a file of its own, as Release.gpg is.</summary>
    public string SignDetached(string text) => Sign(Encoding.UTF8.GetBytes(text), PgpSignature.BinaryDocument);

    private string Sign(byte[] content, int type)
    {
        var generator = new PgpSignatureGenerator(PublicKeyAlgorithmTag.RsaGeneral, HashAlgorithmTag.Sha256);
        generator.InitSign(type, ring.GetSecretKey().ExtractPrivateKey((char[]?)null));
        generator.Update(content);
        return Armored(generator.Generate().Encode);
    }

    private static string Armored(Action<Stream> encode)
    {
        var target = new MemoryStream();
        using (var armor = new ArmoredOutputStream(target))
            encode(armor);
        return Encoding.ASCII.GetString(target.ToArray());
    }
}
