namespace Zonix.Lx.Uring;

/// <summary>IOSQE_*: how a request is to be treated.</summary>
[Flags]
internal enum UringRequestFlags : byte
{
    IOSQE_FIXED_FILE = 1,
    IOSQE_IO_DRAIN = 2,
    IOSQE_IO_LINK = 4,
    IOSQE_IO_HARDLINK = 8,
    IOSQE_ASYNC = 16,
    IOSQE_BUFFER_SELECT = 32,
    IOSQE_CQE_SKIP_SUCCESS = 64,
}
