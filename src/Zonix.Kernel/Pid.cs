namespace Zonix.Kernel;

/// <summary>A process number (the number of a thread group).</summary>
public readonly record struct Pid(int Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D", null);
}
