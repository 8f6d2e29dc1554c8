using CsCheck;
using Zonix.Kernel.Sockets;
using Zonix.Network.Policy;

namespace Zonix.Network.Tests.Policy;

/// <summary>Rules as text.</summary>
public sealed class NetworkRuleTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("1.2.3.4", "1.2.3.4/32")]
    [InlineData("1.2.3.4:80", "1.2.3.4/32:80")]
    [InlineData("1.2.3.4:80-90/tcp", "1.2.3.4/32:80-90/tcp")]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1/32")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("[2001:db8::/32]:443/tcp", "[2001:db8::/32]:443/tcp")]
    [InlineData("all/udp", "all/udp")]
    [InlineData("*:443", "all:443")]
    [InlineData("host:5432", "host:5432")]
    [InlineData("internet/icmp", "internet/icmp")]
    [InlineData("dns", "dns")]
    public void AreRead(string text, string shown)
    {
        Assert.True(NetworkRule.TryParse(text, out NetworkRule rule));
        Assert.Equal(shown, rule.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nowhere")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/sctp")]
    [InlineData("1.2.3.4:0")]
    [InlineData("1.2.3.4:90-80")]
    [InlineData("1.2.3.4:65536")]
    [InlineData("1.2.3.4:80/icmp")]
    [InlineData("[2001:db8::/32")]
    [InlineData("[2001:db8::/32]443")]
    [InlineData("dns:53")]
    public void NonsenseIsNone(string text) => Assert.False(NetworkRule.TryParse(text, out _));

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        Gen<NetworkRule> rules =
            from place in Gen.Enum<RulePlace>()
            from isV4 in Gen.Bool
            from bits in Gen.Select(Gen.ULong, Gen.ULong, static (high, low) => new UInt128(high, low))
            from prefix in Gen.Int[0, isV4 ? 32 : 128]
            from ports in Gen.Select(Gen.UShort[1, 65535], Gen.UShort[1, 65535])
            from hasPorts in Gen.Bool
            from protocol in Gen.Enum<RuleProtocol>()
            select Make(place, isV4, bits, prefix, hasPorts ? ports : default, protocol);
        rules.Sample(rule => NetworkRule.TryParse(rule.ToString(), out NetworkRule read) && read == rule);
    }

    [Fact]
    public void NoTextThrows() => Gen.String.Sample(text => { NetworkRule.TryParse(text, out _); });

    private static NetworkRule Make(RulePlace place, bool isV4, UInt128 bits, int prefix, (ushort A, ushort B) ports, RuleProtocol protocol)
    {
        IpAddress address = isV4 ? IpAddress.V4((uint)bits) : new IpAddress(bits | (UInt128.One << 127));
        bool isNames = place == RulePlace.Names;
        if (isNames || protocol == RuleProtocol.Icmp)
            ports = default;
        if (isNames)
            protocol = RuleProtocol.Any;
        return place == RulePlace.Addresses
            ? new NetworkRule(place, address.Mask(prefix), prefix, Math.Min(ports.A, ports.B), Math.Max(ports.A, ports.B), protocol)
            : new NetworkRule(place, default, 0, Math.Min(ports.A, ports.B), Math.Max(ports.A, ports.B), protocol);
    }
}
