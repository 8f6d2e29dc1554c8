using System.Runtime.CompilerServices;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// The handles that files of a machine have been given: a number and a generation, which stand for the file as long as it
/// exists. name_to_handle_at(2). Nothing is kept alive by its handle.
/// </summary>
public sealed class FileHandles
{
    private readonly Lock gate = new();
    private readonly ConditionalWeakTable<IInode, Handle> byInode = [];
    private readonly Dictionary<ulong, Place> places = [];
    private ulong last;

    /// <summary>The handle of a place; false when its file system has none: /proc, pipes.</summary>
    public bool TryGet(VfsPath path, out ulong number)
    {
        number = 0;
        if (path.Mount.FileSystem is not IExportedFileSystem fileSystem)
            return false;
        lock (gate)
        {
            if (!byInode.TryGetValue(path.Inode, out Handle? handle))
            {
                handle = new Handle(this, ++last);
                byInode.Add(path.Inode, handle);
            }
            number = handle.Number;
            // Another name of the same file serves as well, and may be there longer.
            if (!places.TryGetValue(number, out Place known) || !known.Dentry.TryGetTarget(out Dentry? dentry) || dentry.IsUnlinked)
                places[number] = new(fileSystem, new(path.Dentry));
            return true;
        }
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
