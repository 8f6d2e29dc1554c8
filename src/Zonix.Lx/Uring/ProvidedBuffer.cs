namespace Zonix.Lx.Uring;

/// <summary>A buffer that a program has provided for whoever needs one. io_uring_enter(2), IOSQE_BUFFER_SELECT.</summary>
internal readonly record struct ProvidedBuffer(ulong Address, uint Length, ushort Id)
{
    /// <summary>How a completion tells which one was used: IORING_CQE_F_BUFFER and its number.</summary>
    public uint CompletionFlags => 1 | ((uint)Id << 16);
}
