namespace Zonix.Lx.Syscalls;

/// <summary>Flags of splice(2).</summary>
[Flags]
internal enum SpliceFlags
{
    None = 0,
    SPLICE_F_MOVE = 1,
    SPLICE_F_NONBLOCK = 2,
    SPLICE_F_MORE = 4,
    SPLICE_F_GIFT = 8,
    All = 15,
}
