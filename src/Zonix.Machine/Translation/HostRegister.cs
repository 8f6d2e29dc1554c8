namespace Zonix.Machine;

/// <summary>
/// What the host's registers hold while guest code runs. All others hold the guest register of the same name; the guest's
/// rsp lives in <see cref="Stack"/>, its r13, r14 and r15 in slots of the CPU state.
/// </summary>
internal static class HostRegister
{
    internal const int State = 4;
    internal const int Window = 13;
    internal const int Stack = 14;
    internal const int Temporary = 15;

    /// <summary>Number of the guest's stack pointer.</summary>
    internal const int GuestStack = 4;

    /// <summary>Guest registers from this one on live in slots.</summary>
    internal const int FirstSpilled = 13;
}
