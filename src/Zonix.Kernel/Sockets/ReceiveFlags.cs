namespace Zonix.Kernel.Sockets;

/// <summary>How to receive; the bits of recv(2).</summary>
[Flags]
public enum ReceiveFlags
{
    /// <summary>MSG_PEEK: leave the data where it is.</summary>
    Peek = 0x2,

    /// <summary>MSG_DONTWAIT: a shut socket of datagrams then answers EAGAIN, not the end.</summary>
    DontWait = 0x40,
}
