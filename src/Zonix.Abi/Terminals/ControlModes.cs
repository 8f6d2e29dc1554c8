namespace Zonix.Abi;

/// <summary>c_cflag. termios(3).</summary>
[Flags]
public enum ControlModes : uint
{
    B38400 = 0xF,
    CSIZE = 0x30,
    CS8 = 0x30,
    CSTOPB = 0x40,
    CREAD = 0x80,
    PARENB = 0x100,
    PARODD = 0x200,
    HUPCL = 0x400,
    CLOCAL = 0x800,
    BOTHER = 0x1000,
    CBAUD = 0x100F,
    CIBAUD = 0x100F0000,
}
