using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

/// <summary>What came along with received data.</summary>
public struct ReceivedMessage
{
    /// <summary>Open files that were sent along, with a reference each that is now the receiver's. SCM_RIGHTS.</summary>
    public OpenFileDescription[]? Files { get; set; }

    /// <summary>Who sent it.</summary>
    public MessageSender Sender { get; set; }

    /// <summary>The name of the socket it came from; of family Unspecified: nothing is told.</summary>
    public SocketName From { get; set; }

    /// <summary>The message's whole length, where messages have bounds.</summary>
    public int Length { get; set; }

    /// <summary>MSG_TRUNC, MSG_EOR, MSG_OOB, MSG_ERRQUEUE: what recvmsg(2) tells.</summary>
    public MessageFlags Flags { get; set; }

    /// <summary>Where it came in.</summary>
    public PacketPlace? Place { get; set; }

    /// <summary>Hops that it could still have made.</summary>
    public int HopLimit { get; set; }

    /// <summary>Its class.</summary>
    public int TrafficClass { get; set; }

    /// <summary>When it came, CLOCK_REALTIME in nanoseconds; 0: that was not noted. SO_TIMESTAMP.</summary>
    public long TimeNs { get; set; }

    /// <summary>What is reported of an earlier packet. MSG_ERRQUEUE.</summary>
    public PacketError? Error { get; set; }

    /// <summary>Of a packet that was cut by a filter: its whole length. PACKET_AUXDATA.</summary>
    public int OriginalLength { get; set; }

    /// <summary>The groups it was sent to. NETLINK_PKTINFO.</summary>
    public uint Group { get; set; }

    /// <summary>Whether the message was longer than the buffer.</summary>
    public readonly bool IsTruncated => (Flags & MessageFlags.MSG_TRUNC) != 0;

    /// <summary>Gives the files back that nobody took.</summary>
    public void ReleaseFiles()
    {
        foreach (OpenFileDescription file in Files ?? [])
            file.Release();
        Files = null;
    }
}
