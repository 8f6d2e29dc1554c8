namespace Zonix.Network.Gateways;

/// <summary>A flow of datagrams as the zone sees it.</summary>
internal readonly record struct FlowKey(Fabric.NetworkPort Port, IpAddress From, ushort FromPort, IpAddress To, ushort ToPort);
