using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones;

/// <summary>Small files of a zone's tree, read from outside by the zone's own links and mounts.</summary>
internal static class ZoneFiles
{
    private const int Limit = 4 << 20, ChunkSize = 16 << 10;

    /// <summary>The text of a file; null when it cannot be read, or is too long to be what was asked for.</summary>
    internal static string? ReadText(MountNamespace mounts, string path)
    {
        var walk = new PathWalk(mounts.Root, mounts.Root, Credentials.Root, Encoding.UTF8.GetBytes(path), WalkFlags.Follow);
        Errno e = walk.Run();
        IInode? inode = e == 0 ? walk.At.Inode : null;
        walk.Dispose();
        if (inode is not IOpenableInode { Access.IsRegular: true } regular || regular.Open(OpenFlags.O_RDONLY, out IFile? file) != 0)
            return null;
        var text = new MemoryStream();
        byte[] chunk = new byte[ChunkSize];
        while (file is IReadable readable && text.Length < Limit)
        {
            var buffer = new UserBuffer(chunk, 0, chunk.Length);
            SysResult n = readable.Read(ref buffer, text.Length);
            if (n.IsError || n.Value == 0)
                break;
            text.Write(chunk, 0, (int)n.Value);
        }

        file!.Close();
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
