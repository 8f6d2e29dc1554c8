using System.Runtime.InteropServices;

namespace Zonix.Kernel.Bpf;

/// <summary>struct sock_filter: an instruction of classic BPF.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Constant);
