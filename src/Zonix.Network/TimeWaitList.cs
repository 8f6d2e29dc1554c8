namespace Zonix.Network;

/// <summary>
/// Connections that linger in TIME_WAIT after their end: no packet can be late here, but a port that was used so recently is not
/// given to a listener, unless both allow it. tcp(7). The oldest go first, when there are too many.
/// </summary>
internal sealed class TimeWaitList
{
    private const long DurationNs = 60_000_000_000;
    private const int Most = 4096;
    private readonly Lock gate = new();
    private readonly Queue<Entry> entries = new();

    internal void Add(InetSocket socket, IpAddress local, ushort localPort, IpAddress remote, ushort remotePort, long nowNs)
    {
        lock (gate)
        {
            Drop(nowNs);
            if (entries.Count >= Most)
                entries.Dequeue();
            entries.Enqueue(new Entry(
                socket.Family, local, localPort, remote, remotePort, nowNs + DurationNs, socket.Settings.IsOn(SocketOption.ReuseAddress)));
        }
    }

    /// <summary>Whether one keeps a socket from having a port.</summary>
    internal bool Blocks(InetSocket socket, ushort port, long nowNs)
    {
        bool reuse = socket.Settings.IsOn(SocketOption.ReuseAddress);
        lock (gate)
        {
            Drop(nowNs);
            foreach (Entry one in entries)
            {
                if (one.LocalPort == port && !(reuse && one.Reuse) && InetSocket.Overlaps(socket.Local, socket.IsV6Only, one.Local, false))
                    return true;
            }
            return false;
        }
    }

    /// <summary>Those there are.</summary>
    internal void List(List<InetSocketState> into, long nowNs)
    {
        lock (gate)
        {
            Drop(nowNs);
            foreach (Entry one in entries)
            {
                into.Add(new InetSocketState(
                    null, one.Family, 6, SocketName.OfInet(one.Family, one.Local, one.LocalPort), SocketName.OfInet(one.Family, one.Remote, one.RemotePort),
                    TcpState.TimeWait, 0, 0, 0, 0, one.EndNs - nowNs, 0));
            }
        }
    }

    private void Drop(long nowNs)
    {
        while (entries.TryPeek(out Entry oldest) && oldest.EndNs <= nowNs)
            entries.Dequeue();
    }

    private readonly record struct Entry(
        SocketFamily Family, IpAddress Local, ushort LocalPort, IpAddress Remote, ushort RemotePort, long EndNs, bool Reuse);
}
