using System.Buffers.Binary;

namespace Zonix.Kernel.Bpf;

/// <summary>A packet, and what is known of it besides its bytes. Offsets from SKF_AD_OFF on name the latter.</summary>
/// <param name="bytes">The packet, from where the socket's messages begin.</param>
/// <param name="networkAt">Where its network header begins.</param>
/// <param name="facts">What is known of it.</param>
public readonly ref struct PacketData(ReadOnlySpan<byte> bytes, int networkAt, PacketFacts facts) : IBpfData
{
    private const uint SKF_AD_OFF = 0xFFFF_F000, SKF_NET_OFF = 0xFFF0_0000, SKF_LL_OFF = 0xFFE0_0000;
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <inheritdoc/>
    public uint Length => (uint)bytes.Length;

    /// <inheritdoc/>
    public bool TryLoad(int width, uint at, out uint value)
    {
        value = 0;
        if (at >= SKF_AD_OFF)
            return TryTell(at - SKF_AD_OFF, out value);
        long from = at >= SKF_NET_OFF ? at - SKF_NET_OFF + networkAt : at >= SKF_LL_OFF ? at - SKF_LL_OFF : at;
        if (from + width > bytes.Length)
            return false;
        ReadOnlySpan<byte> there = bytes[(int)from..];
        value = width switch
        {
            1 => there[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(there),
            _ => BinaryPrimitives.ReadUInt32BigEndian(there),
        };
        return true;
    }

    private bool TryTell(uint what, out uint value)
    {
        const uint Protocol = 0, Kind = 4, Interface = 8, Hardware = 28, Random = 56;
        value = what switch
        {
            Protocol => facts.Protocol,
            Kind => facts.Kind,
            Interface => (uint)facts.Interface,
            Hardware => facts.HardwareType,
            Random => (uint)System.Random.Shared.NextInt64(),
            _ => 0,
        };
        return true;
    }
}
