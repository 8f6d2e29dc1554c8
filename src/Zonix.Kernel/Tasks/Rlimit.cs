namespace Zonix.Kernel.Tasks;

/// <summary>A soft and a hard limit; the layout of struct rlimit64. getrlimit(2).</summary>
public readonly record struct Rlimit(ulong Soft, ulong Hard)
{
    /// <summary>RLIM_INFINITY.</summary>
    public const ulong Infinity = ulong.MaxValue;
}
