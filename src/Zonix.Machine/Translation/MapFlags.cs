namespace Zonix.Machine;

/// <summary>How guest state is recovered inside a translated instruction.</summary>
[Flags]
internal enum MapFlags : byte
{
    None = 0,

    /// <summary>First host byte of a guest instruction; code may be entered here if <see cref="MapEntry.StackDelta"/> is 0.</summary>
    Start = 1,

    /// <summary>The instruction has taken effect; what is left of it must run before the state is a guest state.</summary>
    Tail = 2,

    /// <summary>rsi holds a host address.</summary>
    HostRsi = 4,

    /// <summary>rdi holds a host address.</summary>
    HostRdi = 8,

    /// <summary>The first register of <see cref="MapEntry.Borrowed"/> is valid.</summary>
    Borrow1 = 16,

    /// <summary>The second register of <see cref="MapEntry.Borrowed"/> is valid.</summary>
    Borrow2 = 32,

    /// <summary>The third register of <see cref="MapEntry.Borrowed"/> is valid.</summary>
    Borrow3 = 64,

    /// <summary>The fourth register of <see cref="MapEntry.Borrowed"/> is valid.</summary>
    Borrow4 = 128,
}
