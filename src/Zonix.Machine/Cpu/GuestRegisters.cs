using System.Runtime.InteropServices;

namespace Zonix.Machine;

/// <summary>
/// The general registers of a guest thread. The order puts those that translated code reaches in memory first
/// (short displacements); it is known to <see cref="CpuState"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct GuestRegisters
{
    public ulong R9, R10, R11;
    public ulong Rip, Rflags, FsBase, GsBase;
    public ulong Rsp, Rax, Rcx, Rdx, Rbx, Rbp, Rsi, Rdi;
    public ulong R8, R12, R13, R14, R15;
}
