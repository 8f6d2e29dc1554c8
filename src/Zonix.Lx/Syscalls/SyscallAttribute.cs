namespace Zonix.Lx.Syscalls;

/// <summary>
/// Declares a system call: its numbers, its level of support. Dispatch, argument decoding, the tracing format and the
/// page of supported calls are generated from it. A method that answers several calls carries several; what a later one does not say of the
/// support is as in the first.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class SyscallAttribute : Attribute
{
    /// <summary>The number for x86-64 programs; -1 when they have no such call.</summary>
    public int X64 { get; init; } = -1;

    /// <summary>The number for i386 programs; -1 when they have no such call.</summary>
    public int I386 { get; init; } = -1;

    /// <summary>
    /// The i386 call has times and offsets of 64 bits: its parameters of type long and ulong take two registers each, the lower half first,
    /// and structures are laid out as <see cref="GuestAbi.I386Wide"/>.
    /// </summary>
    public bool Wide { get; init; }

    /// <summary>The level of support.</summary>
    public Support Support { get; init; }

    /// <summary>What a partial call lacks.</summary>
    public string? Missing { get; init; }

    /// <summary>
    /// The call is plain: it executes managed code alone and no floating point; it allocates nothing, takes no lock, calls
    /// nothing of the host. The guest's vector registers are not stored for it. <see cref="Zonix.Machine.IGuestCalls.PlainCalls"/>
    /// </summary>
    public bool Plain { get; init; }

    /// <summary>The call's name where it is not the method's name in lower case with underscores.</summary>
    public string? Name { get; init; }
}
