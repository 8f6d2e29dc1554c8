namespace Zonix.FileSystems.Devices;

/// <summary>A device whose files need nothing but their node.</summary>
internal sealed class SimpleDevice(Func<IInode, IFile> open) : IDevice
{
    public Errno Open(IInode node, OpenFlags flags, out IFile? file)
    {
        file = open(node);
        return 0;
    }
}
