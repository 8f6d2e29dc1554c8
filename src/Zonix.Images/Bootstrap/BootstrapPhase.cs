namespace Zonix.Images.Bootstrap;

/// <summary>What a bootstrap does at the moment.</summary>
public enum BootstrapPhase
{
    /// <summary>Release files and indexes are fetched and verified.</summary>
    Index,

    /// <summary>Packages are fetched.</summary>
    Download,

    /// <summary>The packages that dpkg itself needs are unpacked.</summary>
    Unpack,

    /// <summary>dpkg unpacks and configures packages, in a zone.</summary>
    Configure,

    /// <summary>What does not belong into an image is removed, and the archive is written.</summary>
    Pack,
}
