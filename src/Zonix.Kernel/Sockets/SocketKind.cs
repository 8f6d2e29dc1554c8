namespace Zonix.Kernel.Sockets;

/// <summary>How a socket moves data; the numbers of socket(2).</summary>
public enum SocketKind
{
    /// <summary>SOCK_STREAM: bytes in order, without bounds.</summary>
    Stream = 1,

    /// <summary>SOCK_DGRAM: messages, without a connection.</summary>
    Datagram = 2,

    /// <summary>SOCK_RAW: messages with the heads of a lower layer.</summary>
    Raw = 3,

    /// <summary>SOCK_SEQPACKET: messages in order, with a connection.</summary>
    SequencedPacket = 5,
}
