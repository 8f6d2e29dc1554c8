using Zonix.Network.Raw;

namespace Zonix.Network.Tcp;

/// <content>
/// The packets that a connection would move, for who looks at interfaces: handshake, data, acknowledgements, ends. Sequence numbers are
/// positions in the streams. Nothing is made while nobody looks.
/// </content>
internal sealed partial class TcpSocket : ISegmentObserver
{
    bool ISegmentObserver.IsObserving => IsShown;

    private bool IsShown => Stack.ShowsPackets(TcpPacket.Protocol) ||
        (side.Peer is TcpSide { Socket: var other } && other.Stack != Stack && other.Stack.ShowsPackets(TcpPacket.Protocol));

    private long NextToSend => 1 + (side.Outgoing?.Written ?? 0);

    private long NextToHear => 1 + (side.Incoming?.Written ?? 0);

    void ISegmentObserver.Writing(TcpStream stream, long at, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        bool isOwn = stream == side.Outgoing;
        while (first.Length + second.Length > 0)
        {
            int a = Math.Min(first.Length, TcpPacket.LargestData), b = Math.Min(second.Length, TcpPacket.LargestData - a);
            if (isOwn)
                Show(TcpFlags.Push | TcpFlags.Ack, 1 + at, NextToHear, first[..a], second[..b]);
            else
                ShowOfPeer(TcpFlags.Push | TcpFlags.Ack, 1 + at, NextToSend, first[..a], second[..b]);
            first = first[a..];
            second = second[b..];
            at += a + b;
            if (isOwn)
                ShowOfPeer(TcpFlags.Ack, NextToHear, 1 + at);
            else
                Show(TcpFlags.Ack, NextToSend, 1 + at);
        }
    }

    // The other end answered, which this one had asked.
    private void ShowHandshake()
    {
        if (!IsShown)
            return;
        ShowOfPeer(TcpFlags.Syn | TcpFlags.Ack, 0, 1);
        Show(TcpFlags.Ack, 1, 1);
    }

    private void ShowAsking()
    {
        if (IsShown)
            Show(TcpFlags.Syn, 0, 0);
    }

    private void ShowRefusal(NetworkStack by)
    {
        if (IsShown || by.ShowsPackets(TcpPacket.Protocol))
            Show(by, Remote, RemotePort, Local, LocalPort, TcpFlags.Reset | TcpFlags.Ack, 0, 1, default, default);
    }

    private void ShowEnd()
    {
        if (!IsShown)
            return;
        long heard = NextToHear + (isDone ? 1 : 0), end = NextToSend;
        Show(TcpFlags.Fin | TcpFlags.Ack, end, heard);
        ShowOfPeer(TcpFlags.Ack, heard, end + 1);
    }

    private void ShowReset(bool isOfPeer)
    {
        if (!IsShown)
            return;
        if (isOfPeer)
            ShowOfPeer(TcpFlags.Reset | TcpFlags.Ack, NextToHear + (isDone ? 1 : 0), NextToSend);
        else
            Show(TcpFlags.Reset | TcpFlags.Ack, NextToSend, NextToHear);
    }

    private void Show(TcpFlags flags, long sequence, long acknowledged, ReadOnlySpan<byte> first = default, ReadOnlySpan<byte> second = default) =>
        Show(Stack, Local, LocalPort, Remote, RemotePort, flags, sequence, acknowledged, first, second);

    private void ShowOfPeer(TcpFlags flags, long sequence, long acknowledged, ReadOnlySpan<byte> first = default, ReadOnlySpan<byte> second = default)
    {
        if (side.Peer is TcpSide { Socket: var other })
        {
            other.Show(flags, sequence, acknowledged, first, second);
            return;
        }
        // From beyond the machine it is seen only as it comes in.
        if (Stack.FindRoute(Remote, out Route route) != 0)
            return;
        var head = new IpHead(Remote, Local, TcpPacket.Protocol);
        Stack.ShowArrival(route.Interface, Packet(Stack, head, RemotePort, LocalPort, flags, sequence, acknowledged, first, second));
    }

    private static void Show(
        NetworkStack stack, IpAddress local, ushort port, IpAddress remote, ushort remotePort, TcpFlags flags, long sequence, long acknowledged,
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (stack.FindRoute(remote, out Route route) == 0)
            stack.Show(Packet(stack, new IpHead(local, remote, TcpPacket.Protocol), port, remotePort, flags, sequence, acknowledged, first, second), remote, route);
    }

    private static IpPacket Packet(
        NetworkStack stack, in IpHead head, ushort port, ushort remotePort, TcpFlags flags, long sequence, long acknowledged,
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        bool isBare = (flags & TcpFlags.Reset) != 0 && sequence == 0;
        uint own = isBare ? 0 : TcpSegment.FirstOf(head.From, port, head.To, remotePort) + (uint)sequence;
        uint heard = (flags & TcpFlags.Ack) == 0 ? 0 : TcpSegment.FirstOf(head.To, remotePort, head.From, port) + (uint)acknowledged;
        var segment = new TcpSegment(port, remotePort, own, heard, flags, (uint)(stack.NowNs / 1_000_000), isBare);
        return TcpPacket.Make(head, segment, first, second, stack.NextIdentification());
    }
}
