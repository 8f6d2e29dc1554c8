namespace Zonix.Abi;

/// <summary>The first byte of what a pty's master reads in packet mode. ioctl_tty(2), TIOCPKT.</summary>
[Flags]
public enum PacketStatus : byte
{
    TIOCPKT_DATA = 0,
    TIOCPKT_FLUSHREAD = 0x1,
    TIOCPKT_FLUSHWRITE = 0x2,
    TIOCPKT_STOP = 0x4,
    TIOCPKT_START = 0x8,
    TIOCPKT_NOSTOP = 0x10,
    TIOCPKT_DOSTOP = 0x20,
    TIOCPKT_IOCTL = 0x40,
}
