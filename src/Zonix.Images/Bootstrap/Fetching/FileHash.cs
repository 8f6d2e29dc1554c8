namespace Zonix.Images.Bootstrap.Fetching;

/// <summary>What a file must be: its SHA-256 in hexadecimal digits and its length in bytes.</summary>
public readonly record struct FileHash(string Sha256, long Size);
