namespace Zonix.Lx.Netlink;

/// <summary>The netlink sockets of a zone by protocol and number. Any thread.</summary>
internal sealed class NetlinkPorts
{
    private const uint FirstAutomatic = 0xFFFFF000;
    private readonly Lock gate = new();
    private readonly Dictionary<(int Protocol, uint Number), NetlinkSocket> sockets = [];
    private uint next = FirstAutomatic;

    /// <summary>Who has a number; null: nobody.</summary>
    internal NetlinkSocket? Find(int protocol, uint number)
    {
        lock (gate)
            return sockets.GetValueOrDefault((protocol, number));
    }

    /// <summary>All there are.</summary>
    internal NetlinkSocket[] Snapshot()
    {
        lock (gate)
            return [.. sockets.Values];
    }

    /// <summary>Gives a socket a number, or with 0 its process's, or another free one. 0: it is taken.</summary>
    internal uint Add(NetlinkSocket socket, uint wanted, uint process)
    {
        lock (gate)
        {
            uint number = wanted != 0 ? wanted : process;
            while (!sockets.TryAdd((socket.Protocol, number), socket))
            {
                if (wanted != 0)
                    return 0;
                number = next--;
            }
            return number;
        }
    }

    internal void Remove(NetlinkSocket socket)
    {
        lock (gate)
        {
            if (socket.Number != 0 && ReferenceEquals(sockets.GetValueOrDefault((socket.Protocol, socket.Number)), socket))
                sockets.Remove((socket.Protocol, socket.Number));
        }
    }

    /// <summary>Whether somebody listens to a group.</summary>
    internal bool HasListener(int protocol, int group) => Snapshot().Any(one => one.Protocol == protocol && (one.Memberships & (1UL << (group - 1))) != 0);

    /// <summary>Tells all who listen to a group. Groups count from 1.</summary>
    internal void Notify(int protocol, int group, List<byte[]> pieces)
    {
        foreach (NetlinkSocket socket in Snapshot())
        {
            if (socket.Protocol != protocol || (socket.Memberships & (1UL << (group - 1))) == 0)
                continue;
            foreach (byte[] piece in pieces)
                socket.Deliver(piece, (uint)group, 0);
        }
    }
}
