using System.Security.Cryptography;

namespace Zonix.Zones.Configuration;

/// <summary>The forms of a zone's identity.</summary>
public static class ZoneIdentity
{
    /// <summary>Docker's 64 digits: the uuid's, and 32 more that follow from them.</summary>
    public static string Of(Guid uuid)
    {
        string digits = uuid.ToString("N");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(uuid.ToByteArray(), hash);
        return digits + Convert.ToHexStringLower(hash[..16]);
    }

    /// <summary>The twelve digits that lists show.</summary>
    public static string Short(Guid uuid) => uuid.ToString("N")[..12];
}
