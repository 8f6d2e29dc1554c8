using System.Buffers.Binary;
using Zonix.Kernel.Sockets;

namespace Zonix.Lx.Syscalls;

/// <summary>struct tcp_info. tcp(7). There are no packets: what only they have is zero.</summary>
internal static class TcpInfoText
{
    private const int Size = 248;
    private const byte TCPI_OPT_TIMESTAMPS = 1, TCPI_OPT_SACK = 2, TCPI_OPT_WSCALE = 4, WindowScale = 7;
    private const uint MinimalTimeoutUs = 200_000, RoundTripUs = 20, InitialWindow = 10;

    internal static int Write(ITcpSocket socket, Span<byte> text)
    {
        TcpStatistics s = socket.Statistics;
        bool isConnection = s.State is not (TcpState.Close or TcpState.Listen or TcpState.SynSent);
        uint segment = isConnection ? (uint)s.Mtu - 52 : 536;
        text[0] = (byte)s.State;
        text[5] = isConnection ? (byte)(TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE) : (byte)0;
        text[6] = isConnection ? (byte)(WindowScale | (WindowScale << 4)) : (byte)0;
        Put(text, 8, isConnection ? MinimalTimeoutUs + 1000 : 1_000_000);
        Put(text, 12, isConnection ? 40_000u : 0);
        Put(text, 16, segment);
        Put(text, 20, isConnection ? segment : 536);
        if (s.State == TcpState.Listen)
        {
            Put(text, 24, (uint)s.Waiting);
            Put(text, 28, (uint)s.WaitingLimit);
        }
        Put(text, 44, (uint)(s.IdleNs / 1_000_000));
        Put(text, 52, (uint)(s.IdleNs / 1_000_000));
        Put(text, 60, (uint)s.Mtu);
        Put(text, 68, isConnection ? RoundTripUs : 0);
        Put(text, 72, isConnection ? RoundTripUs / 2 : 0);
        Put(text, 76, int.MaxValue);
        Put(text, 80, InitialWindow);
        Put(text, 84, segment);
        Put(text, 88, 3);
        BinaryPrimitives.WriteUInt64LittleEndian(text[120..], (ulong)(s.SentBytes - s.Unread));
        BinaryPrimitives.WriteUInt64LittleEndian(text[128..], (ulong)s.ReceivedBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(text[200..], (ulong)s.SentBytes);
        return Size;
    }

    private static void Put(Span<byte> text, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(text[at..], value);
}
