using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>The host's terminal behind a descriptor. termios is the kernel's structure (36 bytes), not the C library's.</summary>
public static unsafe class HostTerminal
{
    /// <summary>The length of the kernel's struct termios.</summary>
    public const int TermiosSize = 36;

    private const nuint TCGETS = 0x5401, TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414;

    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool IsTerminal(HostDescriptor descriptor)
    {
        byte* t = stackalloc byte[64];
        return ioctl(descriptor, TCGETS, t) == 0;
    }

    /// <summary>TCGETS.</summary>
    public static int GetAttributes(HostDescriptor descriptor, Span<byte> termios)
    {
        byte* t = stackalloc byte[64];
        if (ioctl(descriptor, TCGETS, t) < 0)
            return Errno;
        new Span<byte>(t, TermiosSize).CopyTo(termios);
        return 0;
    }

    /// <summary>TCSETS, TCSETSW or TCSETSF, as <paramref name="when"/> is 0, 1 or 2.</summary>
    public static int SetAttributes(HostDescriptor descriptor, int when, ReadOnlySpan<byte> termios)
    {
        byte* t = stackalloc byte[64];
        termios[..TermiosSize].CopyTo(new Span<byte>(t, TermiosSize));
        return ioctl(descriptor, TCGETS + 1 + (nuint)when, t) < 0 ? Errno : 0;
    }

    /// <summary>TIOCGWINSZ: rows, columns, and their pixels.</summary>
    public static int GetWindowSize(HostDescriptor descriptor, Span<ushort> size)
    {
        fixed (ushort* p = size[..4])
            return ioctl(descriptor, TIOCGWINSZ, p) < 0 ? Errno : 0;
    }

    /// <summary>TIOCSWINSZ.</summary>
    public static int SetWindowSize(HostDescriptor descriptor, ReadOnlySpan<ushort> size)
    {
        fixed (ushort* p = size[..4])
            return ioctl(descriptor, TIOCSWINSZ, p) < 0 ? Errno : 0;
    }
}
