namespace Zonix.Differential;

/// <summary>What became of the cases of a batch.</summary>
public sealed class BatchResult(int cases)
{
    public MachineState[] States { get; } = new MachineState[cases];

    /// <summary>The writable areas after each case, if the batch asked for them.</summary>
    public byte[] Memory { get; set; } = [];
}
