using Zonix.Abi;

namespace Zonix.Storage;

/// <summary>Something about a pool went wrong; the text names what and where. <see cref="Error"/> is what a guest would see.</summary>
public sealed class PoolException : Exception
{
    /// <summary>With the text and an error number.</summary>
    public PoolException(string message, Errno error = Errno.EIO, Exception? cause = null)
        : base(message, cause) => Error = error;

    /// <summary>ENOSPC, EEXIST, ENOENT, EBUSY, EINVAL; EIO for damage.</summary>
    public Errno Error { get; }
}
