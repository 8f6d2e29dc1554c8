namespace Zonix.Network.Raw;

/// <summary>The raw sockets of a stack. It costs a look at an empty array where there are none. Any thread.</summary>
internal sealed class RawTable
{
    private readonly Lock change = new();
    private volatile RawSocket[] sockets = [];

    /// <summary>All of them.</summary>
    internal IReadOnlyList<RawSocket> All => sockets;

    /// <summary>Whether somebody wants packets that carry a protocol.</summary>
    internal bool Wants(byte protocol)
    {
        foreach (RawSocket one in sockets)
        {
            if (one.Protocol == protocol)
                return true;
        }
        return false;
    }

    internal void Add(RawSocket socket)
    {
        lock (change)
            sockets = [.. sockets, socket];
    }

    internal void Remove(RawSocket socket)
    {
        lock (change)
            sockets = [.. sockets.Where(one => one != socket)];
    }

    /// <summary>Gives a packet to all who want it; answers whether anybody did.</summary>
    internal bool Deliver(NetworkInterface by, IpPacket packet, in IpHead head)
    {
        bool isWanted = false;
        foreach (RawSocket one in sockets)
        {
            if (!one.Matches(head, by.Index))
                continue;
            isWanted = true;
            one.Deliver(by, packet, head);
        }
        return isWanted;
    }
}
