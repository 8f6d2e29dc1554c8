namespace Zonix.Host.Files;

/// <summary>Watches host descriptors without using the CPU while nothing happens.</summary>
public interface IReadinessSource : IDisposable
{
    /// <summary>
    /// Starts to watch. False when the host cannot watch this kind of descriptor (a regular file): it is always ready.
    /// </summary>
    bool TryAdd(HostDescriptor descriptor, IReadinessObserver observer, out IReadinessWatch? watch);
}
