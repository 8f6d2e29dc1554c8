using System.Runtime.InteropServices;

namespace Zonix.Lx.Seccomp;

/// <summary>struct sock_filter: an instruction of classic BPF.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Constant);
