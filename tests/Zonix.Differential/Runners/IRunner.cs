namespace Zonix.Differential;

/// <summary>Something that executes x86-64 code.</summary>
public interface IRunner : IDisposable
{
    string Name { get; }

    /// <summary>Whether results carry what only a kernel knows: siginfo_t in all its parts.</summary>
    bool HasSignalDetails { get; }

    BatchResult Run(Batch batch);
}
