namespace Zonix.Network;

/// <summary>Takes a message of ICMP or ICMPv6 that came in by an interface. Any thread, no lock held.</summary>
internal delegate void IcmpReceiver(NetworkInterface by, IpAddress from, IpAddress to, ReadOnlySpan<byte> message, int hops);
