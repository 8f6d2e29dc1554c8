namespace Zonix.Network;

/// <summary>The ports of a protocol in a zone. Any thread.</summary>
internal sealed class PortTable(bool isTcp)
{
    private const int FirstEphemeral = 32768, LastEphemeral = 60999, SpareBuckets = 64;
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, PortBucket> buckets = [];
    private readonly Stack<PortBucket> spare = new();
    private readonly TimeWaitList waiting = new();
    private int nextEphemeral = Random.Shared.Next(FirstEphemeral, LastEphemeral);

    /// <summary>Connections that linger.</summary>
    internal TimeWaitList Waiting => waiting;

    /// <summary>
    /// Gives a socket, whose address is set, a port; 0: any free one. EADDRINUSE. Sockets of messages can be found from then on.
    /// </summary>
    internal Errno Bind(InetSocket socket, ushort port, long nowNs)
    {
        lock (gate)
        {
            if (port == 0)
                return BindAny(socket) ? 0 : Errno.EADDRINUSE;
            if (buckets.TryGetValue(port, out PortBucket? bucket))
            {
                for (InetSocket? other = bucket.First; other is not null; other = other.NextOfPort)
                {
                    if (Conflicts(socket, other))
                        return Errno.EADDRINUSE;
                }
            }
            if (isTcp && waiting.Blocks(socket, port, nowNs))
                return Errno.EADDRINUSE;
            Enter(socket, bucket ?? Make(port));
            return 0;
        }
    }

    /// <summary>Adds a connection to its listener's port.</summary>
    internal void Share(InetSocket socket, InetSocket listener)
    {
        lock (gate)
            (listener.Bucket ?? BucketOf(socket.LocalPort)).Add(socket);
    }

    /// <summary>Makes a bound socket one that connections find. EADDRINUSE: another listens there already.</summary>
    internal Errno Listen(InetSocket socket)
    {
        lock (gate)
        {
            PortBucket bucket = socket.Bucket!;
            foreach (InetSocket other in bucket.Receivers)
            {
                if (!ReferenceEquals(other, socket) && Conflicts(socket, other))
                    return Errno.EADDRINUSE;
            }
            bucket.Receivers.Add(socket);
            return 0;
        }
    }

    /// <summary>Connections find it no more; it keeps its port.</summary>
    internal void StopListening(InetSocket socket)
    {
        lock (gate)
            socket.Bucket?.Receivers.Remove(socket);
    }

    /// <summary>Takes a socket's port away.</summary>
    internal void Remove(InetSocket socket)
    {
        lock (gate)
        {
            if (socket.Bucket is not { } bucket)
                return;
            bucket.Remove(socket);
            if (bucket.First is not null)
                return;
            buckets.Remove(bucket.Port);
            if (spare.Count < SpareBuckets)
                spare.Push(bucket);
        }
    }

    /// <summary>Who is to get what comes from a name to an own address and port; null: nobody.</summary>
    internal InetSocket? Find(IpAddress address, ushort port, IpAddress from, ushort fromPort, int interfaceIndex)
    {
        lock (gate)
        {
            if (!buckets.TryGetValue(port, out PortBucket? bucket))
                return null;
            InetSocket? best = null;
            int bestScore = 0, equals = 0;
            foreach (InetSocket one in bucket.Receivers)
            {
                int score = one.Score(address, from, fromPort, interfaceIndex);
                if (score > bestScore)
                {
                    (best, bestScore, equals) = (one, score, 1);
                }
                else if (score == bestScore && score > 0 && one.Settings.IsOn(SocketOption.ReusePort))
                {
                    // Of those that share a port each gets its part, a peer's always the same one.
                    equals++;
                    if ((uint)HashCode.Combine(from, fromPort) % (uint)equals == 0)
                        best = one;
                }
            }
            return best;
        }
    }

    /// <summary>All who are to get what is sent to a group.</summary>
    internal List<InetSocket> FindAll(IpAddress group, ushort port, IpAddress from, ushort fromPort, int interfaceIndex)
    {
        List<InetSocket> found = [];
        lock (gate)
        {
            if (!buckets.TryGetValue(port, out PortBucket? bucket))
                return found;
            foreach (InetSocket one in bucket.Receivers)
            {
                if (one.ScoreGroup(group, from, fromPort, interfaceIndex) > 0)
                    found.Add(one);
            }
        }
        return found;
    }

    /// <summary>Whether a connection between the two names exists.</summary>
    internal bool HasConnection(InetSocket except, ushort port, IpAddress remote, ushort remotePort)
    {
        lock (gate)
        {
            for (InetSocket? one = buckets.GetValueOrDefault(port)?.First; one is not null; one = one.NextOfPort)
            {
                if (!ReferenceEquals(one, except) && one.RemotePort == remotePort && one.Remote == remote && one.Local == except.Local)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether a connection between the two names exists.</summary>
    internal bool HasConnection(IpAddress local, ushort port, IpAddress remote, ushort remotePort)
    {
        lock (gate)
        {
            for (InetSocket? one = buckets.GetValueOrDefault(port)?.First; one is not null; one = one.NextOfPort)
            {
                if (one.RemotePort == remotePort && one.Remote == remote && one.Local == local)
                    return true;
            }
            return false;
        }
    }

    /// <summary>All who have a port.</summary>
    internal List<InetSocket> Snapshot()
    {
        List<InetSocket> all = [];
        lock (gate)
        {
            foreach (PortBucket bucket in buckets.Values)
            {
                for (InetSocket? one = bucket.First; one is not null; one = one.NextOfPort)
                    all.Add(one);
            }
        }
        return all;
    }

    private bool BindAny(InetSocket socket)
    {
        for (int tries = LastEphemeral - FirstEphemeral; tries >= 0; tries--)
        {
            if (++nextEphemeral > LastEphemeral)
                nextEphemeral = FirstEphemeral;
            ushort port = (ushort)nextEphemeral;
            if (buckets.ContainsKey(port))
                continue;
            Enter(socket, Make(port));
            return true;
        }
        return false;
    }

    private PortBucket BucketOf(ushort port) => buckets.GetValueOrDefault(port) ?? Make(port);

    private PortBucket Make(ushort port)
    {
        PortBucket bucket = spare.TryPop(out PortBucket? used) ? used : new PortBucket();
        bucket.Port = port;
        buckets.Add(port, bucket);
        return bucket;
    }

    private void Enter(InetSocket socket, PortBucket bucket)
    {
        bucket.Add(socket);
        socket.LocalPort = bucket.Port;
        if (!isTcp)
            bucket.Receivers.Add(socket);
    }

    // Whether two may not have one port. socket(7), SO_REUSEADDR, SO_REUSEPORT.
    private bool Conflicts(InetSocket socket, InetSocket other)
    {
        if (socket.DeviceIndex != 0 && other.DeviceIndex != 0 && socket.DeviceIndex != other.DeviceIndex)
            return false;
        if (!InetSocket.Overlaps(socket.Local, socket.IsV6Only, other.Local, other.IsV6Only))
            return false;
        bool reuse = socket.Settings.IsOn(SocketOption.ReuseAddress) && other.Settings.IsOn(SocketOption.ReuseAddress);
        if (reuse && !(isTcp && other.IsListening))
            return false;
        return !(socket.Settings.IsOn(SocketOption.ReusePort) && other.Settings.IsOn(SocketOption.ReusePort) && socket.Uid == other.Uid);
    }
}
