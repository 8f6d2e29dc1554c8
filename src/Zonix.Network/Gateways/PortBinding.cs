using System.Globalization;

namespace Zonix.Network.Gateways;

/// <summary>A port of the host that leads to one of a zone.</summary>
/// <param name="Address">The host's address; of 0.0.0.0 and :: all of that version.</param>
/// <param name="HostPort">The host's port; 0: any that is free.</param>
/// <param name="ZonePort">The zone's.</param>
/// <param name="IsUdp">UDP, else TCP.</param>
public readonly record struct PortBinding(IpAddress Address, ushort HostPort, ushort ZonePort, bool IsUdp)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Address.IsV4 ? Address.ToString() : $"[{Address}]")}:{HostPort}->{ZonePort}/{(IsUdp ? "udp" : "tcp")}");
}
