using Zonix.Images.Tar;
using Zonix.Kernel.Tasks;

namespace Zonix.Images.Differences;

/// <summary>
/// Writes what lies at a place of a tree of mounts as a tar archive, with what is mounted below it, as the super-user of its programs
/// sees it. They may run meanwhile: what goes while it is read is left out.
/// </summary>
public static class PlacePacker
{
    /// <summary>Packs a place and all below it.</summary>
    /// <param name="place">The place.</param>
    /// <param name="top">The root of the tree.</param>
    /// <param name="name">Its name in the archive, which those of entries below begin with.</param>
    /// <param name="target">Takes the archive.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="ImageException">Something cannot be read.</exception>
    public static void Pack(VfsPath place, VfsPath top, ReadOnlySpan<byte> name, Stream target, CancellationToken cancellation = default)
    {
        var archive = new TarWriter(target);
        var firstNames = new Dictionary<(ulong, ulong), byte[]>();
        byte[] chunk = new byte[TreePacker.ChunkSize];
        var pending = new Stack<(byte[] Name, VfsPath Place)>();
        pending.Push((name.ToArray(), place));
        while (pending.TryPop(out (byte[] Name, VfsPath Place) next))
        {
            cancellation.ThrowIfCancellationRequested();
            IInode inode = next.Place.Inode;
            TreePacker.Pack(next.Name, inode, archive, firstNames, chunk);
            if (!inode.Access.IsDirectory || inode is not IDirectoryInode directory)
                continue;
            List<byte[]> names = Unpacking.DirectoryEntries.List(next.Name, directory);
            names.Sort(static (a, b) => b.AsSpan().SequenceCompareTo(a));
            foreach (byte[] child in names)
            {
                if (Find(next.Place, top, child) is { } found)
                    pending.Push(([.. next.Name, (byte)'/', .. child], found));
            }
        }

        archive.Complete();
    }

    private static VfsPath? Find(VfsPath directory, VfsPath top, byte[] name)
    {
        var walk = new PathWalk(directory, top, Credentials.Root, name, WalkFlags.None);
        Errno e = walk.Run();
        VfsPath found = walk.At;
        walk.Dispose();
        return e == 0 ? found : null;
    }
}
