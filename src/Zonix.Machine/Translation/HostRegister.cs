namespace Zonix.Machine;

/// <summary>
/// What the host's registers hold while guest code runs. All others hold the guest register of the same name; the guest's
/// rsp lives in <see cref="Stack"/>, its r9, r10 and r11 in slots of the CPU state: compilers use them least.
/// </summary>
internal static class HostRegister
{
    internal const int State = 4;
    internal const int Window = 10;
    internal const int Stack = 9;
    internal const int Temporary = 11;

    /// <summary>Number of the guest's stack pointer.</summary>
    internal const int GuestStack = 4;

    /// <summary>First of the guest registers that live in slots.</summary>
    internal const int FirstSpilled = 9;

    /// <summary>Last of them.</summary>
    internal const int LastSpilled = 11;

    /// <summary>Whether a guest register lives in a slot between blocks.</summary>
    internal static bool IsSpilled(int guest) => guest is >= FirstSpilled and <= LastSpilled;
}
