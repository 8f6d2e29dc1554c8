namespace Zonix.Machine;

/// <summary>Why guest code stopped.</summary>
public enum ExitKind
{
    /// <summary>A <c>syscall</c> instruction.</summary>
    Syscall,

    /// <summary><c>int 0x80</c>.</summary>
    Interrupt80,

    /// <summary>A <c>sysenter</c> instruction of i386 code.</summary>
    Sysenter,

    /// <summary>An access that the window does not allow.</summary>
    PageFault,

    /// <summary>Any other fault or trap of the CPU.</summary>
    Exception,

    /// <summary><see cref="Processor.Kick"/> was called.</summary>
    Preempted,

    /// <summary>A call was answered, and <see cref="IGuestCalls.Answer"/> said not to go on.</summary>
    Answered,

    /// <summary><see cref="Processor.RunOne"/> has executed its instruction.</summary>
    Stepped,
}
