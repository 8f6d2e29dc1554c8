namespace Zonix.Network.Tcp;

/// <summary>Looks at what is written to a stream.</summary>
internal interface ISegmentObserver
{
    /// <summary>Whether it looks now.</summary>
    bool IsObserving { get; }

    /// <summary>Bytes are about to be readable, from a position on, in two pieces. Under the writer's gate.</summary>
    void Writing(TcpStream stream, long at, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second);
}
