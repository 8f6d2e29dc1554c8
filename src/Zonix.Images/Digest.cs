using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Zonix.Images;

/// <summary>The SHA-256 that names a content, as the OCI image specification writes it: "sha256:" and 64 hexadecimal digits.</summary>
public readonly record struct Digest
{
    private const string Prefix = "sha256:";
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");
    private readonly string? hex;

    private Digest(string hex) => this.hex = hex;

    /// <summary>The 64 digits alone.</summary>
    public string Hex => hex ?? throw new InvalidOperationException("a digest of nothing");

    /// <summary>The first twelve digits, as lists show them.</summary>
    public string Short => Hex[..12];

    /// <summary>The digest of some bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => OfHash(SHA256.HashData(content));

    /// <summary>Reads "sha256:HEX"; <see cref="ImageException"/> when it is none, or one of another algorithm.</summary>
    public static Digest Parse(string? text) => TryParse(text, out Digest digest) ? digest : throw new ImageException($"'{text}' is no sha256 digest");

    /// <summary>Reads "sha256:HEX".</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || !IsHex(text.AsSpan(Prefix.Length)))
            return false;
        digest = new Digest(text[Prefix.Length..]);
        return true;
    }

    /// <summary>From the 64 digits alone.</summary>
    public static Digest FromHex(string hex) => Parse(Prefix + hex);

    /// <inheritdoc/>
    public override string ToString() => Prefix + Hex;

    internal static Digest OfHash(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash));

    /// <summary>Whether a text may be the beginning of a digest's digits.</summary>
    internal static bool IsBeginning(ReadOnlySpan<char> text) => text.Length is > 0 and <= 64 && !text.ContainsAnyExcept(Digits);

    private static bool IsHex(ReadOnlySpan<char> text) => text.Length == 64 && IsBeginning(text);
}
