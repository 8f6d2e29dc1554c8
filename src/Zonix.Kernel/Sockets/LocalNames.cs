using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Kernel.Sockets;

/// <summary>The local sockets that can be found: by the inode of their path, or by an abstract name. unix(7). Any thread.</summary>
public sealed class LocalNames
{
    private readonly Lock gate = new();
    private readonly Dictionary<(ulong Device, ulong Inode), LocalSocket> byInode = [];
    private readonly Dictionary<string, LocalSocket> byName = [];
    private uint lastAutomatic;

    /// <summary>Files that were sent and not yet taken.</summary>
    public FilesInFlight InFlight { get; } = new();

    /// <summary>Who listens at a path's inode; null: nobody.</summary>
    public LocalSocket? Find(IInode inode) => inode.GetAttributes(out InodeAttributes a) == 0 ? Find((a.Device, a.Inode)) : null;

    /// <summary>Finds who has a name, a path's or an abstract one: ECONNREFUSED when nobody has.</summary>
    internal Errno Find(KernelTask task, ReadOnlySpan<byte> name, out LocalSocket? found)
    {
        found = null;
        if (name.IsEmpty)
            return Errno.EINVAL;
        if (name[0] == 0)
        {
            found = Find(name);
            return found is null ? Errno.ECONNREFUSED : 0;
        }
        Errno e = PathOperations.Resolve(task, task.FileSystem.WorkingDirectory, name, WalkFlags.Follow, out VfsPath path);
        if (e == 0)
            e = Permissions.Check(path.Inode.Access, task.Credentials, AccessMode.W_OK);
        if (e != 0)
            return e;
        if (path.Inode.Access.Type == FileModeBits.S_IFSOCK)
            found = Find(path.Inode);
        return found is null ? Errno.ECONNREFUSED : 0;
    }

    /// <summary>Makes a path's inode and gives it to a socket; EADDRINUSE when there is such a file.</summary>
    internal Errno AddPath(KernelTask task, byte[] name, LocalSocket socket)
    {
        VfsPath start = task.FileSystem.WorkingDirectory;
        Errno e = PathOperations.Create(task, start, name, FileModeBits.S_IFSOCK | 0x1FF);
        if (e != 0)
            return e == Errno.EEXIST ? Errno.EADDRINUSE : e;
        e = PathOperations.Resolve(task, start, name, WalkFlags.None, out VfsPath made);
        if (e == 0)
            Add(made.Inode, socket);
        return e;
    }

    /// <summary>Who has an abstract name; null: nobody. <paramref name="name"/> begins with a zero byte.</summary>
    public LocalSocket? Find(ReadOnlySpan<byte> name)
    {
        string key = Convert.ToHexString(name);
        lock (gate)
            return byName.GetValueOrDefault(key);
    }

    /// <summary>Gives a socket the inode of a path that was made for it.</summary>
    public void Add(IInode inode, LocalSocket socket)
    {
        if (inode.GetAttributes(out InodeAttributes a) != 0)
            return;
        lock (gate)
            byInode[(a.Device, a.Inode)] = socket;
        socket.Unbinding = () => Remove((a.Device, a.Inode), socket);
    }

    /// <summary>Gives a socket an abstract name; EADDRINUSE.</summary>
    public Errno Add(ReadOnlySpan<byte> name, LocalSocket socket)
    {
        string key = Convert.ToHexString(name);
        lock (gate)
        {
            if (!byName.TryAdd(key, socket))
                return Errno.EADDRINUSE;
        }
        socket.Unbinding = () => Remove(key);
        return 0;
    }

    /// <summary>An abstract name that nobody has: five hexadecimal digits. unix(7), "Autobind feature".</summary>
    public byte[] AddAutomatic(LocalSocket socket)
    {
        while (true)
        {
            uint number = Interlocked.Increment(ref lastAutomatic) & 0xFFFFF;
            byte[] name = System.Text.Encoding.ASCII.GetBytes($"\0{number:x5}");
            if (Add(name, socket) == 0)
                return name;
        }
    }

    private LocalSocket? Find((ulong, ulong) key)
    {
        lock (gate)
            return byInode.GetValueOrDefault(key);
    }

    private void Remove((ulong, ulong) key, LocalSocket socket)
    {
        lock (gate)
        {
            if (ReferenceEquals(byInode.GetValueOrDefault(key), socket))
                byInode.Remove(key);
        }
    }

    private void Remove(string key)
    {
        lock (gate)
            byName.Remove(key);
    }
}
