namespace Zonix.Host.Files;

/// <summary>One watched descriptor. Dispose before the descriptor closes.</summary>
public interface IReadinessWatch : IDisposable
{
    /// <summary>Asks for one notification as soon as the descriptor is ready for any of <paramref name="interest"/> (at once if it is).</summary>
    void Arm(HostReadiness interest);
}
