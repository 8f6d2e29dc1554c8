namespace Zonix;

/// <summary>A request to a machine or zone that could not be fulfilled. The message names what and why.</summary>
public sealed class ZonixException : Exception
{
    /// <summary>With a message for people.</summary>
    public ZonixException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
