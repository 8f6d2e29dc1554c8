namespace Zonix.Images.Bootstrap;

/// <summary>A Debian cannot be bootstrapped. The message says what is wrong, where, and what can be done.</summary>
public sealed class BootstrapException : Exception
{
    /// <summary>With a text for the user.</summary>
    public BootstrapException(string message)
        : base(message)
    {
    }

    /// <summary>With a text for the user, and what led to it.</summary>
    public BootstrapException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Whether a mirror has a file that is not the one its release lists: it is changing just now, or was copied at different times.</summary>
    public bool IsOtherContent { get; init; }
}
