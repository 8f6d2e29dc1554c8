using Zonix.Abi;

namespace Zonix.Kernel.Memory;

/// <summary>On which memory nodes pages shall lie. There is one node, so that it only has to be remembered. mbind(2).</summary>
/// <param name="Mode">How.</param>
/// <param name="Flags">The MPOL_F_ flags of the mode.</param>
/// <param name="Nodes">The nodes, as a mask.</param>
public sealed record MemoryPolicy(PolicyMode Mode, uint Flags, ulong Nodes);
