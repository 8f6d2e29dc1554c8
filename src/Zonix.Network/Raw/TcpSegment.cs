namespace Zonix.Network.Raw;

/// <summary>What the head of a segment of TCP tells.</summary>
/// <param name="FromPort">The sender's port.</param>
/// <param name="ToPort">The receiver's.</param>
/// <param name="Sequence">Where its data begins.</param>
/// <param name="Acknowledged">What is expected next of the other end.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="TimeMs">The sender's clock.</param>
/// <param name="IsBare">Whether it belongs to no connection, and so has no options and no window.</param>
internal readonly record struct TcpSegment(
    ushort FromPort, ushort ToPort, uint Sequence, uint Acknowledged, TcpFlags Flags, uint TimeMs, bool IsBare = false)
{
    /// <summary>The first number of a direction: the same whenever it is asked for, so that who begins to look in its midst sees it go on.</summary>
    internal static uint FirstOf(IpAddress from, ushort fromPort, IpAddress to, ushort toPort) => (uint)HashCode.Combine(from, fromPort, to, toPort);
}
