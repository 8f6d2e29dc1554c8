using System.Diagnostics;
using System.Text;
using Zonix.Images.Bootstrap;
using Zonix.Images.Bootstrap.Signing;

namespace Zonix.Images.Tests;

/// <summary>What GnuPG has signed is believed for the right key, and nothing else is.</summary>
public sealed class SignatureTests : IDisposable
{
    private const string Text = "Origin: Test\nSuite: stable\n- a dash\nSHA256:\n abc 12 main/Packages \n";
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly string home = Directory.CreateTempSubdirectory("zonix-gpg-").FullName;

    public void Dispose()
    {
        if (File.Exists("/usr/bin/gpgconf"))
            Run("gpgconf", ["--homedir", home, "--kill", "gpg-agent"], []);
        Directory.Delete(home, recursive: true);
    }

    [Theory]
    [InlineData("rsa2048")]
    [InlineData("ed25519")]
    public void A_signature_of_a_known_key_is_good(string algorithm)
    {
        Keyring keyring = MakeKey("good", algorithm, "1y");
        var verifier = new SignatureVerifier(keyring, Now);
        Assert.StartsWith(Text.TrimEnd(), Encoding.UTF8.GetString(verifier.VerifyClearSigned(Sign("good", "--clearsign"), "InRelease")), StringComparison.Ordinal);
        verifier.VerifyDetached(Encoding.UTF8.GetBytes(Text), Sign("good", "--detach-sign", "--armor"), "Release");
        verifier.VerifyDetached(Encoding.UTF8.GetBytes(Text), Sign("good", "--detach-sign"), "Release");
    }

    [Fact]
    public void A_changed_text_is_refused()
    {
        Keyring keyring = MakeKey("good", "ed25519", "1y");
        byte[] changed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Sign("good", "--clearsign")).Replace("stable", "stAble", StringComparison.Ordinal));
        Assert.Contains("not what was signed", Refusal(() => new SignatureVerifier(keyring, Now).VerifyClearSigned(changed, "InRelease")), StringComparison.Ordinal);
        byte[] signature = Sign("good", "--detach-sign");
        Assert.Contains("not what was signed", Refusal(() => new SignatureVerifier(keyring, Now).VerifyDetached("other"u8.ToArray(), signature, "Release")), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_before_and_behind_what_is_signed_does_not_count()
    {
        Keyring keyring = MakeKey("good", "ed25519", "1y");
        byte[] padded = [.. "Suite: evil\n"u8, .. Sign("good", "--clearsign"), .. "Suite: evil\n"u8];
        byte[]? content = null;
        try
        {
            content = new SignatureVerifier(keyring, Now).VerifyClearSigned(padded, "InRelease");
        }
        catch (BootstrapException)
        {
            // To refuse it is as good.
        }

        Assert.DoesNotContain("evil", Encoding.UTF8.GetString(content ?? []), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_not_in_the_keyring_is_not_believed()
    {
        MakeKey("stranger", "ed25519", "1y");
        Keyring keyring = MakeKey("good", "ed25519", "1y");
        byte[] signed = Sign("stranger", "--clearsign");
        Assert.Contains("no key", Refusal(() => new SignatureVerifier(keyring, Now).VerifyClearSigned(signed, "InRelease")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expired_key_is_not_believed()
    {
        Keyring keyring = MakeKey("old", "ed25519", "1m");
        byte[] signed = Sign("old", "--clearsign");
        var later = new SignatureVerifier(keyring, Now.AddYears(1));
        Assert.Contains("expired", Refusal(() => later.VerifyClearSigned(signed, "InRelease")), StringComparison.Ordinal);
        new SignatureVerifier(keyring, Now).VerifyClearSigned(signed, "InRelease");
    }

    [Fact]
    public void A_hash_that_can_be_forged_is_not_believed()
    {
        Keyring keyring = MakeKey("weak", "rsa2048", "1y");
        byte[] signed = Sign("weak", "--clearsign", "--allow-weak-digest-algos", "--digest-algo", "SHA1");
        Assert.Contains("no longer safe", Refusal(() => new SignatureVerifier(keyring, Now).VerifyClearSigned(signed, "InRelease")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_signed_at_all_is_refused()
    {
        Keyring keyring = MakeKey("good", "ed25519", "1y");
        Refusal(() => new SignatureVerifier(keyring, Now).VerifyClearSigned(Encoding.UTF8.GetBytes(Text), "InRelease"));
        Refusal(() => new SignatureVerifier(keyring, Now).VerifyDetached(Encoding.UTF8.GetBytes(Text), [], "Release"));
    }

    private static string Refusal(Action action) => Assert.Throws<BootstrapException>(action).Message;

    private Keyring MakeKey(string name, string algorithm, string life)
    {
        if (!File.Exists("/usr/bin/gpg"))
            Assert.Skip("gpg is not installed");
        Gpg([], "--quick-generate-key", $"{name}@example.org", algorithm, "sign", life);
        var keyring = new Keyring();
        keyring.Add(Gpg([], "--export", $"{name}@example.org"), name);
        return keyring;
    }

    private byte[] Sign(string name, params string[] how) => Gpg(Encoding.UTF8.GetBytes(Text), ["--local-user", $"{name}@example.org", .. how]);

    private byte[] Gpg(byte[] input, params string[] words) =>
        Run("gpg", ["--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", .. words], input);

    private static byte[] Run(string program, string[] words, byte[] input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 || program != "gpg", $"{program} {string.Join(' ', words)}");
        return output.ToArray();
    }
}
