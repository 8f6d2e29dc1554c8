using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// The handles that files of a machine have been given: a number and a generation, which stand for the file as long as it
/// exists. name_to_handle_at(2). Nothing is kept alive by its handle.
/// </summary>
public sealed class FileHandles
{
    /// <summary>Bytes of a handle with its header; without.</summary>
    public const int Size = 20, ContentSize = 12;

    /// <summary>The type of all handles.</summary>
    public const int FILEID_INO32_GEN = 1;

    private readonly Lock gate = new();
    private readonly ConditionalWeakTable<IInode, Handle> byInode = [];
    private readonly Dictionary<ulong, Place> places = [];
    private ulong last;

    /// <summary>The handle of a place; false when its file system has none: /proc, pipes.</summary>
    public bool TryGet(VfsPath path, out ulong number)
    {
        bool exported = path.Mount.FileSystem is IExportedFileSystem;
        number = exported ? NumberOf(path.Inode, path.Mount.FileSystem, path.Dentry) : 0;
        return exported;
    }

    /// <summary>The number of a file of an exported file system; <paramref name="dentry"/> is a name of it, if one is known.</summary>
    internal ulong NumberOf(IInode inode, IFileSystem fileSystem, Dentry? dentry)
    {
        lock (gate)
        {
            if (!byInode.TryGetValue(inode, out Handle? handle))
            {
                handle = new Handle(this, ++last);
                byInode.Add(inode, handle);
            }
            ulong number = handle.Number;
            // Another name of the same file serves as well, and may be there longer.
            bool isKnown = places.TryGetValue(number, out Place known) && known.Dentry.TryGetTarget(out Dentry? old) && !old.IsUnlinked;
            if (!isKnown && dentry is not null)
                places[number] = new(fileSystem, new(dentry));
            return number;
        }
    }

    /// <summary>Writes a handle as user space sees it: struct file_handle, <see cref="Size"/> bytes.</summary>
    public static void Write(Span<byte> handle, IFileSystem fileSystem, ulong number) => Write(handle, fileSystem.Device, number);

    internal static void Write(Span<byte> handle, ulong device, ulong number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(handle, ContentSize);
        BinaryPrimitives.WriteInt32LittleEndian(handle[4..], FILEID_INO32_GEN);
        BinaryPrimitives.WriteUInt32LittleEndian(handle[8..], (uint)device);
        BinaryPrimitives.WriteUInt64LittleEndian(handle[12..], number);
    }

    /// <summary>The place a handle stands for; false (ESTALE) when it is gone or lies in another file system.</summary>
    public bool TryFind(ulong number, IFileSystem fileSystem, out Dentry? dentry)
    {
        lock (gate)
        {
            dentry = null;
            return places.TryGetValue(number, out Place known) && ReferenceEquals(known.FileSystem, fileSystem) &&
                known.Dentry.TryGetTarget(out dentry) && !dentry.IsUnlinked;
        }
    }

    private void Forget(ulong number)
    {
        lock (gate)
            places.Remove(number);
    }

    private readonly record struct Place(IFileSystem FileSystem, WeakReference<Dentry> Dentry);

    /// <summary>Goes with its inode, and takes the place along.</summary>
    private sealed class Handle(FileHandles all, ulong number)
    {
        public ulong Number => number;

        ~Handle() => all.Forget(number);
    }
}
