namespace Zonix.Kernel.Vfs;

/// <summary>A device: what opening a node with its number gives.</summary>
public interface IDevice
{
    /// <summary>Opens it through <paramref name="node"/>.</summary>
    Errno Open(IInode node, OpenFlags flags, out IFile? file);
}
