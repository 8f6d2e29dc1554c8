namespace Zonix.Network.Gateways;

/// <summary>A flow of echoes as the zone sees it: one who asks with one number.</summary>
internal readonly record struct EchoKey(Fabric.NetworkPort Port, IpAddress From, IpAddress To, ushort Identifier);
