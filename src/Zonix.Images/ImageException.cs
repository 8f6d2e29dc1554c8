namespace Zonix.Images;

/// <summary>An image, an archive or a registry is not as it should be. The message says what is wrong, where, and what can be done.</summary>
public sealed class ImageException : Exception
{
    /// <summary>With a text for the user.</summary>
    public ImageException(string message)
        : base(message)
    {
    }

    /// <summary>With a text for the user, and what led to it.</summary>
    public ImageException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
