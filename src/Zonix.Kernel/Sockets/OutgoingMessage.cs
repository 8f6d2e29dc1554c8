using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

/// <summary>What is sent, besides its bytes.</summary>
public struct OutgoingMessage
{
    /// <summary>MSG_OOB, MSG_DONTWAIT, MSG_MORE and their like.</summary>
    public MessageFlags Flags { get; set; }

    /// <summary>Where to; of family Unspecified: to the other end.</summary>
    public SocketName To { get; set; }

    /// <summary>What the socket found behind <see cref="To"/> in <see cref="ISocket.Address"/>.</summary>
    public object? Target { get; set; }

    /// <summary>Open files to send along, with a reference each that goes over to the message. SCM_RIGHTS.</summary>
    public OpenFileDescription[]? Files { get; set; }

    /// <summary>The user whose files in flight those are.</summary>
    public uint FilesUser { get; set; }

    /// <summary>Who sends.</summary>
    public MessageSender Sender { get; set; }

    /// <summary>Which address and interface to send from, when that is said; both may be zero. IP_PKTINFO, IPV6_PKTINFO.</summary>
    public PacketPlace? From { get; set; }

    /// <summary>Hops it may make; null: as the socket's options say. IP_TTL, IPV6_HOPLIMIT.</summary>
    public int? HopLimit { get; set; }

    /// <summary>Its class; null: as the socket's options say. IP_TOS, IPV6_TCLASS.</summary>
    public int? TrafficClass { get; set; }

    /// <summary>Bytes of each datagram that it is to be cut into; 0: it is one. UDP_SEGMENT.</summary>
    public int SegmentSize { get; set; }
}
