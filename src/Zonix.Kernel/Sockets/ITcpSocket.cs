namespace Zonix.Kernel.Sockets;

/// <summary>A socket of TCP.</summary>
public interface ITcpSocket : IInetSocket
{
    /// <summary>How the connection is. TCP_INFO.</summary>
    TcpStatistics Statistics { get; }

    /// <summary>Whether the next byte to be read is the one behind urgent data. sockatmark(3).</summary>
    bool IsAtMark { get; }
}
