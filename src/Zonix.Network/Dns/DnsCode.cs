namespace Zonix.Network.Dns;

/// <summary>What became of a question. RFC 1035, 4.1.1.</summary>
internal enum DnsCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,

    /// <summary>NXDOMAIN.</summary>
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}
