namespace Zonix.Network.Dns;

/// <summary>Types of records, those that are known here.</summary>
internal static class DnsType
{
    internal const ushort A = 1, PTR = 12, AAAA = 28, OPT = 41, ANY = 255;
    internal const ushort ClassInternet = 1;
}
