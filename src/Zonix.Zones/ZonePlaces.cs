using System.Text;
using Zonix.Abi;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones;

/// <summary>Places of a zone's tree that something is mounted on, before its first program starts.</summary>
internal static class ZonePlaces
{
    /// <summary>
    /// Finds a place by its path from the root; what is missing of it is made. Links are followed as the zone's programs would.
    /// </summary>
    /// <param name="mounts">The zone's tree.</param>
    /// <param name="path">An absolute path.</param>
    /// <param name="isDirectory">Whether a directory is made of the last name, or an empty file.</param>
    /// <param name="place">What was found or made.</param>
    /// <returns>0; EROFS, ENOTDIR and the like.</returns>
    public static Errno Find(MountNamespace mounts, string path, bool isDirectory, out VfsPath place)
    {
        const uint Directory = FileModeBits.S_IFDIR | 0x1ED, File = FileModeBits.S_IFREG | 0x1A4;
        place = mounts.Root;
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < names.Length; i++)
        {
            byte[] name = Encoding.UTF8.GetBytes(names[i]);
            if (place.Inode is not IDirectoryInode above)
                return Errno.ENOTDIR;
            bool isPlain = names[i] is not "." and not "..";
            // Nobody has asked for the name yet: there is no dentry that says it is missing.
            if (isPlain && above.Lookup(name, out _) == Errno.ENOENT)
            {
                Errno made = above.Create(name, new NewInode(isDirectory || i < names.Length - 1 ? Directory : File, 0, 0), out _);
                if (made != 0)
                    return made;
            }
            var walk = new PathWalk(place, mounts.Root, Credentials.Root, name, WalkFlags.Follow);
            Errno e = walk.Run();
            place = walk.At;
            walk.Dispose();
            if (e != 0)
                return e;
        }
        return 0;
    }
}
