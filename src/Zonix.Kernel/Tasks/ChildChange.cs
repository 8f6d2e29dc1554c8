namespace Zonix.Kernel.Tasks;

/// <summary>What has become of a child, as wait4(2) and waitid(2) tell it.</summary>
/// <param name="Child">The child, or the process of a task that is traced.</param>
/// <param name="Number">The number of the child, or of the traced task.</param>
/// <param name="Code">CLD_EXITED and its like.</param>
/// <param name="Status">The status as wait4(2) gives it.</param>
/// <param name="Usage">What the child and its own children have used.</param>
public readonly record struct ChildChange(Process Child, Pid Number, int Code, int Status, ResourceUsage Usage)
{
    /// <summary>si_status: the exit code, or the signal.</summary>
    public int SignalOrCode => Code switch
    {
        Abi.SigCode.CLD_EXITED => (Status >> 8) & 0xFF,
        Abi.SigCode.CLD_KILLED or Abi.SigCode.CLD_DUMPED => Status & 0x7F,
        Abi.SigCode.CLD_CONTINUED => (int)Abi.Signal.SIGCONT,
        // With the event of a traced task.
        _ => Status >> 8,
    };
}
