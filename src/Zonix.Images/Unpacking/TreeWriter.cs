namespace Zonix.Images.Unpacking;

/// <summary>
/// Builds a tree in a file system through its inodes, one name at a time, as its super-user: nothing of it touches a path of
/// the host. Names are relative to the root; links on the way are followed within the tree, where they cannot lead out, the
/// last name is never followed. What stands in the way of an entry goes, but for a directory where a directory comes, which
/// keeps its entries. Times of directories are set by <see cref="Complete"/>, after everything else. One thread at a time.
/// </summary>
/// <remarks>Every method throws <see cref="ImageException"/>, with the name and the reason, when the file system refuses.</remarks>
public sealed partial class TreeWriter
{
    private const uint ImpliedDirectoryMode = 0x1ED;
    private readonly VirtualFileSystem vfs;
    private readonly Dentry root;
    private readonly HashSet<Dentry> written = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Dentry, (Timestamp Access, Timestamp Modify)> directoryTimes = new(ReferenceEqualityComparer.Instance);
    private byte[]? chunk;

    // Where the last entry was put: most follow each other in one directory.
    private byte[]? lastPlace;
    private Dentry? lastDirectory;

    /// <summary>Writes into a file system that nobody else writes to meanwhile.</summary>
    public TreeWriter(IFileSystem fileSystem, VirtualFileSystem vfs)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        ArgumentNullException.ThrowIfNull(vfs);
        this.vfs = vfs;
        root = fileSystem.Root;
    }

    /// <summary>A directory, or new attributes for one that is there. The empty name is the root.</summary>
    public void MakeDirectory(ReadOnlySpan<byte> path, in EntryAttributes attributes)
    {
        byte[] clean = TreePath.Normalize(path);
        if (clean.Length == 0)
        {
            SetAttributes(clean, root, attributes);
            return;
        }
        Dentry parent = Place(clean, attributes.Modify, out ReadOnlySpan<byte> name);
        Dentry? existing = Find(clean, parent, name);
        if (existing is not null && !existing.Inode!.Access.IsDirectory)
        {
            RemoveTree(clean, existing);
            existing = null;
        }
        Dentry directory = existing ?? Create(clean, parent, name, NewEntry(FileModeBits.S_IFDIR, attributes));
        written.Add(directory);
        SetAttributes(clean, directory, attributes);
    }

    /// <summary>A regular file with this content.</summary>
    public void MakeFile(ReadOnlySpan<byte> path, in EntryAttributes attributes, ReadOnlySpan<byte> content)
    {
        using TreeFile file = BeginFile(path, attributes);
        byte[] buffer = Chunk;
        for (long at = 0; !content.IsEmpty;)
        {
            int count = Math.Min(content.Length, buffer.Length);
            content[..count].CopyTo(buffer);
            file.Write(buffer, 0, count, at);
            content = content[count..];
            at += count;
        }
        file.Complete();
    }

    /// <summary>A regular file with what is left in a stream.</summary>
    public void MakeFile(ReadOnlySpan<byte> path, in EntryAttributes attributes, Stream content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using TreeFile file = BeginFile(path, attributes);
        byte[] buffer = Chunk;
        for (long at = 0; content.Read(buffer) is var count and > 0; at += count)
            file.Write(buffer, 0, count, at);
        file.Complete();
    }

    /// <summary>An empty regular file that is open for writing; its attributes are set when it is completed.</summary>
    public TreeFile BeginFile(ReadOnlySpan<byte> path, in EntryAttributes attributes)
    {
        byte[] clean = Named(path);
        Dentry made = Replace(clean, NewEntry(FileModeBits.S_IFREG, attributes), attributes.Modify);
        if (made.Inode is not IOpenableInode inode)
            throw Failed(clean, "write", Errno.EIO);
        Errno e = inode.Open(OpenFlags.O_WRONLY, out IFile? file);
        if (e != 0)
            throw Failed(clean, "open", e);
        return new TreeFile(this, clean, made, attributes, (IWritable)file!);
    }

    /// <summary>A symbolic link. Its text is kept as it is: guests follow it, within their root.</summary>
    public void MakeSymbolicLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target, in EntryAttributes attributes)
    {
        byte[] clean = Named(path);
        if (target.IsEmpty || target.Length > 4095 || target.Contains((byte)0))
            throw new ImageException($"the symbolic link '{TreePath.Show(clean)}' has a text that is empty, too long or holds a zero byte");
        var what = new NewInode(FileModeBits.S_IFLNK | 0x1FF, attributes.Uid, attributes.Gid, 0, target);
        SetAttributes(clean, Replace(clean, what, attributes.Modify), attributes);
    }

    /// <summary>One more name for a file of the tree, which keeps its attributes.</summary>
    public void MakeHardLink(ReadOnlySpan<byte> path, ReadOnlySpan<byte> existing)
    {
        byte[] clean = Named(path), source = TreePath.Normalize(existing);
        Dentry target = FindEntry(source) ??
            throw new ImageException($"'{TreePath.Show(clean)}' is a hard link to '{TreePath.Show(source)}', which does not exist");
        if (target.Inode!.Access.IsDirectory)
            throw new ImageException($"'{TreePath.Show(clean)}' is a hard link to '{TreePath.Show(source)}', which is a directory");
        Dentry parent = Place(clean, ModifyTime(target.Inode!), out ReadOnlySpan<byte> name);
        if (Find(clean, parent, name) is { } old)
        {
            if (ReferenceEquals(old.Inode, target.Inode))
                return;
            if (target.IsWithin(old))
                throw new ImageException($"'{TreePath.Show(clean)}' is a hard link into the directory that it would replace");
            RemoveTree(clean, old);
        }
        if (HasMounts && !ReferenceEquals(target.Inode!.FileSystem, parent.Inode!.FileSystem))
            throw Failed(clean, "link", Errno.EXDEV);
        Errno e = DentryOperations.Link(parent, name, target.Inode!);
        if (e != 0)
            throw Failed(clean, "link", e);
        if (Find(clean, parent, name) is { } made)
            written.Add(made);
    }

    /// <summary>A device node, FIFO or socket; the type is in the attributes' mode. <paramref name="rdev"/> is (major &lt;&lt; 32) | minor.</summary>
    public void MakeNode(ReadOnlySpan<byte> path, in EntryAttributes attributes, ulong rdev)
    {
        byte[] clean = Named(path);
        uint type = attributes.Mode & FileModeBits.S_IFMT;
        if (type is not (FileModeBits.S_IFCHR or FileModeBits.S_IFBLK or FileModeBits.S_IFIFO or FileModeBits.S_IFSOCK))
            throw new ImageException($"'{TreePath.Show(clean)}' is a node of an unknown type");
        // The kernel's dev_t: 12 bits of major, 20 of minor.
        if (rdev >> 32 > 0xFFF || (uint)rdev > 0xFFFFF)
            throw new ImageException($"'{TreePath.Show(clean)}' has a device number that does not exist: {rdev >> 32}:{(uint)rdev}");
        if (type is FileModeBits.S_IFIFO or FileModeBits.S_IFSOCK)
            rdev = 0;
        var what = new NewInode(type | (attributes.Mode & FileModeBits.PermissionMask), attributes.Uid, attributes.Gid, rdev);
        SetAttributes(clean, Replace(clean, what, attributes.Modify), attributes);
    }

    /// <summary>Takes an entry and everything below it away; false: there is none.</summary>
    public bool Remove(ReadOnlySpan<byte> path)
    {
        byte[] clean = Named(path);
        if (FindEntry(clean) is not { } entry)
            return false;
        KeepTimes(entry.Parent);
        RemoveTree(clean, entry);
        return true;
    }

    /// <summary>Takes away what a directory held before this writer came; what it has written stays.</summary>
    public void MakeOpaque(ReadOnlySpan<byte> path)
    {
        byte[] clean = TreePath.Normalize(path);
        Dentry? directory = clean.Length == 0 ? root : FindEntry(clean);
        if (directory?.Inode is { Access.IsDirectory: true })
        {
            KeepTimes(directory);
            RemoveBelow(clean, directory, written);
        }
    }

    /// <summary>
    /// Sets the times of directories: those that entries gave, and for those that entries did not mention the ones they had.
    /// Call it once, at the end.
    /// </summary>
    public void Complete()
    {
        foreach ((Dentry directory, (Timestamp access, Timestamp modify)) in directoryTimes)
        {
            if (!directory.IsUnlinked)
                directory.Inode!.SetAttributes(new AttributeChange { Access = access, Modify = modify, Now = vfs.Now });
        }
        directoryTimes.Clear();
    }

    internal byte[] Chunk => chunk ??= new byte[256 * 1024];

    internal static ImageException Failed(ReadOnlySpan<byte> path, string verb, Errno e) =>
        new($"cannot {verb} '{TreePath.Show(path)}': {ErrnoText.Describe(e)}");

    /// <summary>Owner, permissions, times and extended attributes of an entry that has its content.</summary>
    internal void SetAttributes(ReadOnlySpan<byte> path, Dentry entry, in EntryAttributes attributes)
    {
        IInode inode = entry.Inode!;
        if (attributes.Extended is { Count: > 0 } extended)
            SetExtended(path, inode, extended);
        var change = new AttributeChange
        {
            Uid = attributes.Uid, Gid = attributes.Gid, Access = attributes.Access ?? attributes.Modify, Modify = attributes.Modify, Now = vfs.Now,
        };
        if (inode.Access.Type != FileModeBits.S_IFLNK)
            change.Mode = attributes.Mode & FileModeBits.PermissionMask;
        Errno e = inode.SetAttributes(change);
        if (e != 0)
            throw Failed(path, "set the attributes of", e);
        if (inode.Access.IsDirectory)
            directoryTimes[entry] = (attributes.Access ?? attributes.Modify, attributes.Modify);
    }

    private static void SetExtended(ReadOnlySpan<byte> path, IInode inode, IReadOnlyList<ExtendedAttribute> extended)
    {
        if (inode is not IExtendedAttributes keeper)
            return;
        foreach (ExtendedAttribute attribute in extended)
        {
            if (!IsKept(attribute.Name))
                continue;
            Errno e = keeper.SetAttribute(attribute.Name, attribute.Value, 0);
            if (e is not (0 or Errno.EOPNOTSUPP))
                throw Failed(path, $"set the attribute {TreePath.Show(attribute.Name)} of", e);
        }
    }

    // Others mean nothing to a guest: its kernel does not answer for them.
    private static bool IsKept(ReadOnlySpan<byte> name) =>
        name.Length <= 255 && !name.Contains((byte)0) &&
        (name.StartsWith("user."u8) || name.StartsWith("security."u8) || name.StartsWith("trusted."u8) || name.StartsWith("system.posix_acl_"u8));

    private static NewInode NewEntry(uint type, in EntryAttributes attributes) =>
        new(type | (attributes.Mode & FileModeBits.PermissionMask), attributes.Uid, attributes.Gid);

    private static byte[] Named(ReadOnlySpan<byte> path)
    {
        byte[] clean = TreePath.Normalize(path);
        return clean.Length > 0 ? clean : throw new ImageException("the root of a tree can only be a directory");
    }

    private Dentry Replace(byte[] clean, in NewInode what, Timestamp time)
    {
        Dentry parent = Place(clean, time, out ReadOnlySpan<byte> name);
        if (Find(clean, parent, name) is { } old)
            RemoveTree(clean, old);
        Dentry made = Create(clean, parent, name, what);
        written.Add(made);
        return made;
    }
}
