using Zonix.Kernel.Sockets;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Sys;

/// <summary>Entries of a directory of /sys that has one for each interface there is now.</summary>
internal sealed class InterfaceEntries(SyntheticFileSystem fileSystem, INetworkStack? network, Action<StaticEntries, NetworkInterface> add) : ISyntheticEntries
{
    private readonly Lock gate = new();
    private StaticEntries? made;
    private string[] names = [];

    /// <inheritdoc/>
    public int Folders => Current().Folders;

    /// <inheritdoc/>
    public IInode? Find(ReadOnlySpan<byte> name, ulong directory) => Current().Find(name, directory);

    /// <inheritdoc/>
    public void List(DirectoryListing listing, ulong directory) => Current().List(listing, directory);

    // They stay the same files as long as no interface comes, goes or is named otherwise.
    private StaticEntries Current()
    {
        IReadOnlyList<NetworkInterface> interfaces = network?.Interfaces ?? [];
        lock (gate)
        {
            if (made is not null && names.SequenceEqual(interfaces.Select(static one => one.Name)))
                return made;
            names = [.. interfaces.Select(static one => one.Name)];
            made = new StaticEntries(fileSystem);
            foreach (NetworkInterface one in interfaces)
                add(made, one);
            return made;
        }
    }
}
