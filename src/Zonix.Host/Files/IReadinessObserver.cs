namespace Zonix.Host.Files;

/// <summary>Told, on the poller's thread, that a watched descriptor became ready. Must be short and must not block.</summary>
public interface IReadinessObserver
{
    /// <summary>The descriptor is ready; the watch is over until it is armed again.</summary>
    void Ready(HostReadiness readiness);
}
