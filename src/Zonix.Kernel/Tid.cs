namespace Zonix.Kernel;

/// <summary>A thread number. The first thread of a process has the process's number.</summary>
public readonly record struct Tid(int Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D", null);
}
