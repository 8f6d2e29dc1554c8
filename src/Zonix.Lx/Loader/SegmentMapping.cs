using Zonix.Abi;

namespace Zonix.Lx.Loader;

/// <summary>
/// What one PT_LOAD becomes: pages of the file, a partial page that is zeroed behind the file's bytes, and anonymous
/// pages for the rest. Any of the three may be empty.
/// </summary>
internal readonly record struct SegmentMapping(
    ulong Address,
    ulong FileLength,
    ulong FileOffset,
    Prot Protection,
    ulong ZeroStart,
    ulong ZeroEnd,
    ulong AnonymousStart,
    ulong AnonymousEnd)
{
    /// <summary>Anonymous pages are always writable, and executable only if the segment is.</summary>
    internal Prot AnonymousProtection => Prot.PROT_READ | Prot.PROT_WRITE | (Protection & Prot.PROT_EXEC);
}
