namespace Zonix.Kernel.Vfs;

/// <summary>A regular file whose open descriptions are counted.</summary>
public interface ICountedInode : IInode
{
    /// <summary>How often it is open and executed.</summary>
    ref OpenCounts Opens { get; }
}
