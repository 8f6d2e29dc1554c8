namespace Zonix.Kernel.Sockets;

/// <summary>What went through an interface. Bytes of flows within the machine are counted as if each transfer were a packet.</summary>
public sealed class InterfaceCounters
{
    private long receivedBytes, receivedPackets, sentBytes, sentPackets, dropped;

    /// <summary>Bytes that came in.</summary>
    public long ReceivedBytes => Volatile.Read(ref receivedBytes);

    /// <summary>Packets that came in.</summary>
    public long ReceivedPackets => Volatile.Read(ref receivedPackets);

    /// <summary>Bytes that went out.</summary>
    public long SentBytes => Volatile.Read(ref sentBytes);

    /// <summary>Packets that went out.</summary>
    public long SentPackets => Volatile.Read(ref sentPackets);

    /// <summary>Packets that found no room.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>A packet came in.</summary>
    public void CountReceived(long bytes)
    {
        Interlocked.Add(ref receivedBytes, bytes);
        Interlocked.Increment(ref receivedPackets);
    }

    /// <summary>A packet went out.</summary>
    public void CountSent(long bytes)
    {
        Interlocked.Add(ref sentBytes, bytes);
        Interlocked.Increment(ref sentPackets);
    }

    /// <summary>A packet was lost.</summary>
    public void CountDropped() => Interlocked.Increment(ref dropped);
}
