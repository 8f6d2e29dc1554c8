namespace Zonix.Network.Raw;

/// <summary>The flags of a segment of TCP. RFC 9293.</summary>
[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 1,
    Syn = 2,
    Reset = 4,
    Push = 8,
    Ack = 16,
    Urgent = 32,
}
