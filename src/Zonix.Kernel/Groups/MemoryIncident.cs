namespace Zonix.Kernel.Groups;

/// <summary>What memory.events counts. cgroups(7).</summary>
public enum MemoryIncident
{
    /// <summary>Memory below memory.low was taken back. Never happens here.</summary>
    Low,

    /// <summary>More than memory.high was in use, and the group was slowed down.</summary>
    High,

    /// <summary>More than memory.max was in use.</summary>
    Max,

    /// <summary>Somebody had to be killed for it.</summary>
    OutOfMemory,

    /// <summary>A process of the group was killed for want of memory.</summary>
    Kill,

    /// <summary>The whole group was.</summary>
    GroupKill,
}
