namespace Zonix.Network;

/// <summary>
/// The bytes of a zone that lie in buffers of sockets: what its connections have sent and nobody has read, and datagrams that it has
/// not read. When it is too much, new data finds little room, as under tcp_mem and udp_mem. tcp(7). Any thread.
/// </summary>
internal sealed class BufferAccount
{
    internal const long DefaultLimit = 256L << 20;
    private long used;

    /// <summary>Bytes there may be.</summary>
    internal long Limit { get; set; } = DefaultLimit;

    /// <summary>Bytes there are.</summary>
    internal long Used => Volatile.Read(ref used);

    /// <summary>Adds bytes, or answers false when it would be too much; the little that every connection needs is forced.</summary>
    internal bool TryCharge(int bytes, bool isForced = false)
    {
        if (Interlocked.Add(ref used, bytes) <= Limit || isForced)
            return true;
        Interlocked.Add(ref used, -bytes);
        return false;
    }

    internal void Release(int bytes) => Interlocked.Add(ref used, -bytes);
}
