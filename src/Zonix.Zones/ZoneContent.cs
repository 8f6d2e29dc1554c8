using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Zones;

/// <summary>
/// Carries files into and out of a running zone through its own links and mounts, as its super-user: no path of the host is
/// touched. Its programs may use the files meanwhile.
/// </summary>
public static class ZoneContent
{
    private const int ChunkSize = 64 << 10;

    /// <summary>Makes or replaces the content of a regular file; directories that are missing are made.</summary>
    /// <returns>0; EISDIR, ENOTDIR, EINVAL for what is no regular file, ENOSPC and the like.</returns>
    public static async Task<Errno> WriteAsync(Zone zone, string path, uint mode, Stream content, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(content);
        Errno e = ZonePlaces.Find(zone.Mounts, path, isDirectory: false, out VfsPath place);
        if (e != 0)
            return e;
        e = Open(place.Inode, OpenFlags.O_WRONLY, out IFile? file);
        if (e != 0)
            return e;
        try
        {
            Timestamp now = Timestamp.FromNanoseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000);
            e = place.Inode!.SetAttributes(new AttributeChange { Size = 0, Mode = mode, Now = now });
            return e != 0 ? e : await CopyInAsync((IWritable)file!, content, cancellation).ConfigureAwait(false);
        }
        finally
        {
            file!.Close();
        }
    }

    /// <summary>Copies the content of a regular file to a stream.</summary>
    /// <returns>0; ENOENT, EISDIR, EINVAL for what is no regular file, and the like.</returns>
    public static async Task<Errno> ReadAsync(Zone zone, string path, Stream content, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(zone);
        ArgumentNullException.ThrowIfNull(content);
        Errno e = Find(zone.Mounts, path, out IInode? inode);
        if (e != 0)
            return e;
        e = Open(inode, OpenFlags.O_RDONLY, out IFile? file);
        if (e != 0)
            return e;
        try
        {
            byte[] chunk = new byte[ChunkSize];
            for (long at = 0; ;)
            {
                SysResult n = ReadChunk((IReadable)file!, chunk, at);
                if (n.IsError)
                    return n.Error;
                if (n.Value == 0)
                    return 0;
                await content.WriteAsync(chunk.AsMemory(0, (int)n.Value), cancellation).ConfigureAwait(false);
                at += n.Value;
            }
        }
        finally
        {
            file!.Close();
        }
    }

    private static async Task<Errno> CopyInAsync(IWritable file, Stream content, CancellationToken cancellation)
    {
        byte[] chunk = new byte[ChunkSize];
        for (long at = 0; await content.ReadAsync(chunk, cancellation).ConfigureAwait(false) is var count and > 0;)
        {
            for (int done = 0; done < count;)
            {
                SysResult n = WriteChunk(file, chunk, done, count - done, at);
                if (n.IsError || n.Value == 0)
                    return n.IsError ? n.Error : Errno.ENOSPC;
                done += (int)n.Value;
                at += n.Value;
            }
        }

        return 0;
    }

    private static SysResult ReadChunk(IReadable file, byte[] chunk, long at)
    {
        var buffer = new UserBuffer(chunk, 0, chunk.Length);
        return file.Read(ref buffer, at);
    }

    private static SysResult WriteChunk(IWritable file, byte[] chunk, int offset, int count, long at)
    {
        var buffer = new UserBuffer(chunk, offset, count);
        long place = at;
        return file.Write(ref buffer, ref place);
    }

    private static Errno Find(MountNamespace mounts, string path, out IInode? inode)
    {
        var walk = new PathWalk(mounts.Root, mounts.Root, Credentials.Root, Encoding.UTF8.GetBytes(path), WalkFlags.Follow);
        Errno e = walk.Run();
        inode = e == 0 ? walk.At.Inode : null;
        walk.Dispose();
        return e;
    }

    private static Errno Open(IInode? inode, OpenFlags flags, out IFile? file)
    {
        file = null;
        if (inode is { Access.IsDirectory: true })
            return Errno.EISDIR;
        return inode is IOpenableInode { Access.IsRegular: true } regular ? regular.Open(flags, out file) : Errno.EINVAL;
    }
}
