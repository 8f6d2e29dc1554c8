using Zonix.Abi;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Loader;

/// <summary>A program in an address space of its own, ready to start.</summary>
/// <param name="Memory">The address space.</param>
/// <param name="Entry">The first instruction: the interpreter's, if there is one.</param>
/// <param name="StackPointer">The stack pointer there.</param>
/// <param name="Executable">The program's file: /proc/[pid]/exe. For a script, its interpreter's.</param>
/// <param name="Identity">Who runs it.</param>
internal sealed record LoadedProgram(AddressSpace Memory, ulong Entry, ulong StackPointer, VfsPath Executable, ExecIdentity Identity)
{
    /// <summary>Its execution domain. personality(2).</summary>
    internal Persona Personality { get; init; }
}
