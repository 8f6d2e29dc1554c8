namespace Zonix.Network.Tcp;

/// <content>What is counted of it: segments are those that would have moved, a transfer and its acknowledgement each.</content>
internal sealed partial class TcpSocket
{
    // Of this connection is counted what there is to be counted.
    private int isCounted;

    /// <summary>Whether it counts as a connection. tcpCurrEstab of RFC 4022.</summary>
    internal bool IsEstablished => state is TcpState.Established or TcpState.CloseWait;

    private bool IsV4 => Remote.IsV4;

    /// <summary>Adds what has gone through it, as long as it has not been counted for good.</summary>
    internal void CountInto(ProtocolCounters counts)
    {
        if (Volatile.Read(ref isCounted) == 0)
            AddTo(counts);
    }

    private void AddTo(ProtocolCounters counts)
    {
        if (side is not { Outgoing: { } there, Incoming: { } back })
            return;
        long segments = there.Segments + back.Segments;
        if (segments > 0)
            counts.Segments(IsV4, segments, segments, there.Written, back.Written);
    }

    private void CountAsking()
    {
        Volatile.Write(ref isCounted, 0);
        Stack.Counts.Add(ProtocolCount.TcpActiveOpens);
        Stack.Counts.Segments(IsV4, 1, 0);
    }

    // SYN and ACK came back, and are acknowledged.
    private void CountHandshake()
    {
        Stack.Counts.Segments(IsV4, 1, 1);
        (side.Peer as TcpSide)?.Socket.CountOpened();
    }

    // The same, at the end of who listened.
    private void CountOpened()
    {
        Stack.Counts.Add(ProtocolCount.TcpPassiveOpens);
        Stack.Counts.Segments(IsV4, 1, 2);
    }

    private void CountRefusal(NetworkStack by)
    {
        Stack.Counts.Segments(IsV4, 0, 1);
        by.Counts.Segments(IsV4, 1, 1);
        by.Counts.Add(ProtocolCount.TcpOutRsts);
    }

    // The end of one direction, and its acknowledgement.
    private void CountEnd(TcpEnd? peer)
    {
        Stack.Counts.Segments(IsV4, 1, 1);
        (peer as TcpSide)?.Socket.Stack.Counts.Segments(IsV4, 1, 1);
    }

    private void CountReset(bool isSent)
    {
        Stack.Counts.Segments(IsV4, isSent ? 1 : 0, isSent ? 0 : 1);
        if (isSent)
            Stack.Counts.Add(ProtocolCount.TcpOutRsts);
        if (IsEstablished)
            Stack.Counts.Add(ProtocolCount.TcpEstabResets);
    }

    private void CountTraffic()
    {
        if (Interlocked.Exchange(ref isCounted, 1) != 0)
            return;
        AddTo(Stack.Counts);
        long sent = side.Outgoing?.Written ?? 0, got = side.Incoming?.Written ?? 0;
        if (sent + got == 0)
            return;
        InterfaceCounters traffic = Stack.InterfaceTo(Local, Remote).Counters;
        traffic.CountSent(sent);
        traffic.CountReceived(Stack.HasAddress(Remote) ? sent : got);
    }
}
