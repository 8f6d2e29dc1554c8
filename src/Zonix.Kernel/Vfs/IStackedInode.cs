namespace Zonix.Kernel.Vfs;

/// <summary>A file that is shown from another file system: those who watch that file hear of what is done with it. overlayfs.</summary>
public interface IStackedInode : IInode
{
    /// <summary>What is shown now.</summary>
    IInode? Real { get; }
}
