namespace Zonix.Network.Fabric;

/// <summary>What a datagram of UDP carries besides its data.</summary>
internal readonly record struct DatagramHead(IpAddress From, ushort FromPort, IpAddress To, ushort ToPort, int HopLimit, int TrafficClass);
