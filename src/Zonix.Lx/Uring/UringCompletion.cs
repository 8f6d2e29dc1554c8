namespace Zonix.Lx.Uring;

/// <summary>What became of a request: struct io_uring_cqe.</summary>
internal readonly record struct UringCompletion(ulong UserData, int Result, uint Flags)
{
    /// <summary>The request goes on: more will follow.</summary>
    public const uint IORING_CQE_F_MORE = 2;
}
