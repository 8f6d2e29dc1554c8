namespace Zonix.Differential;

/// <summary>Something that executes x86-64 code.</summary>
public interface IRunner : IDisposable
{
    string Name { get; }

    /// <summary>Whether results carry what only a kernel knows: siginfo_t in all its parts.</summary>
    bool HasSignalDetails { get; }

    /// <summary>
    /// Whether arithmetic flags are exact at a fault. In large windows address masks overwrite flags that the code never
    /// reads: a handler of the fault sees others.
    /// </summary>
    bool HasFaultFlags { get; }

    BatchResult Run(Batch batch);
}
