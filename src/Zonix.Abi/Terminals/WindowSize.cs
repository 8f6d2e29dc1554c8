using System.Runtime.InteropServices;

namespace Zonix.Abi;

/// <summary>struct winsize. ioctl_tty(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public record struct WindowSize(ushort Rows, ushort Columns, ushort WidthPixels, ushort HeightPixels);
