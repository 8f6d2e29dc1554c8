namespace Zonix.Machine;

/// <summary>The blocks that have bytes on one guest page.</summary>
internal sealed class PageCode
{
    internal List<Block> Blocks { get; } = [];

    /// <summary>Blocks by the address of their first instruction, also of those that begin on the page before.</summary>
    internal Dictionary<ulong, Block> Starts { get; } = [];

    /// <summary>What the flat table says of the addresses of this page: starts of blocks, and return addresses inside them.</summary>
    internal Dictionary<ulong, nint> Entries { get; } = [];
}
