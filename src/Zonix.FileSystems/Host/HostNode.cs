namespace Zonix.FileSystems.Host;

/// <summary>A device, FIFO or socket of a host tree: it is shown, but what it leads to is the host's and not reachable.</summary>
internal sealed class HostNode(HostInode common) : IHostInode
{
    public HostInode Common => common;
}
