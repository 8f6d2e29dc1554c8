namespace Zonix.Storage.Scrubbing;

/// <summary>What a scrub has looked at, and found.</summary>
/// <param name="Contents">Contents whose bytes were compared with their checksum.</param>
/// <param name="Bytes">Bytes that were read.</param>
/// <param name="Unsettled">Contents that are being written, or wait for their checksum.</param>
/// <param name="Inodes">Inodes that were reached from the roots of datasets and snapshots.</param>
/// <param name="Findings">What is wrong.</param>
public sealed record ScrubReport(int Contents, long Bytes, int Unsettled, int Inodes, IReadOnlyList<ScrubFinding> Findings)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsClean => Findings.Count == 0;
}
