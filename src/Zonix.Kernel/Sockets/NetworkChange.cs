namespace Zonix.Kernel.Sockets;

/// <summary>Something of a zone's network that is new, different or gone: an interface, or one of its addresses, or a route.</summary>
/// <param name="IsGone">Whether it is gone.</param>
/// <param name="Interface">The interface, also of an address; null: it is a route.</param>
/// <param name="Address">The address; null: it is the interface.</param>
/// <param name="Route">The route.</param>
public readonly record struct NetworkChange(bool IsGone, NetworkInterface? Interface, InterfaceAddress? Address = null, NetworkRoute Route = default);
