namespace Zonix.Machine;

/// <summary>Why translated code jumped to an exit stub. Internal to the machine.</summary>
internal enum ExitReason
{
    /// <summary>Nothing happened that the guest could see; go on.</summary>
    None = 0,

    /// <summary>A direct jump whose target is not linked yet; <see cref="CpuState.Link"/> names it.</summary>
    Link = 1,

    /// <summary>An indirect jump to an address without translation, in Rip.</summary>
    Miss = 2,

    Syscall = 3,
    Interrupt80 = 4,
    Cpuid = 5,

    /// <summary>An exception known at translation time; <see cref="CpuState.Link"/> holds vector and error code.</summary>
    Exception = 6,

    /// <summary>A host signal inside translated code; the fault fields tell which.</summary>
    Fault = 7,

    /// <summary>The entry was refused because the processor is to be pre-empted.</summary>
    Preempted = 8,

    /// <summary>An instruction that is emulated in C#.</summary>
    Emulate = 9,

    /// <summary>A call was answered, and guest code is not to go on.</summary>
    Answered = 10,

    Sysenter = 11,
}
