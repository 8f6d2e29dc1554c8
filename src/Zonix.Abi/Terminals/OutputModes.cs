namespace Zonix.Abi;

/// <summary>c_oflag. termios(3).</summary>
[Flags]
public enum OutputModes : uint
{
    OPOST = 0x1,
    OLCUC = 0x2,
    ONLCR = 0x4,
    OCRNL = 0x8,
    ONOCR = 0x10,
    ONLRET = 0x20,
    OFILL = 0x40,
    OFDEL = 0x80,
    XTABS = 0x1800,
}
