namespace Zonix.Zones.Life;

/// <summary>A request about zones that cannot be fulfilled. Its message is for people, and says what to do where that is known.</summary>
public sealed class ZoneException(ZoneError error, string message) : Exception(message)
{
    /// <summary>The kind of error.</summary>
    public ZoneError Error { get; } = error;
}
