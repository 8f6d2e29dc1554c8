namespace Zonix.Abi;

/// <summary>Commands of fcntl(2) .</summary>
public enum FcntlCommand
{
    F_DUPFD = 0,
    F_GETFD = 1,
    F_SETFD = 2,
    F_GETFL = 3,
    F_SETFL = 4,
    F_GETLK = 5,
    F_SETLK = 6,
    F_SETLKW = 7,
    F_SETOWN = 8,
    F_GETOWN = 9,
    F_SETSIG = 10,
    F_GETSIG = 11,
    /// <summary>Of i386 alone, as the next two: with struct flock64.</summary>
    F_GETLK64 = 12,
    F_SETLK64 = 13,
    F_SETLKW64 = 14,
    F_SETOWN_EX = 15,
    F_GETOWN_EX = 16,
    F_OFD_GETLK = 36,
    F_OFD_SETLK = 37,
    F_OFD_SETLKW = 38,
    F_SETLEASE = 1024,
    F_GETLEASE = 1025,
    F_NOTIFY = 1026,
    F_CREATED_QUERY = 1028,
    F_DUPFD_CLOEXEC = 1030,
    F_SETPIPE_SZ = 1031,
    F_GETPIPE_SZ = 1032,
    F_ADD_SEALS = 1033,
    F_GET_SEALS = 1034,
}
