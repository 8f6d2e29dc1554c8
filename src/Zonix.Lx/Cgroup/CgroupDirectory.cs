using System.Text;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Groups;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Cgroup;

/// <summary>
/// The directory of a group: a group is made by making one and removed by removing it. Its files come and go with the controllers
/// that its parent hands down; what was changed of their owners stays.
/// </summary>
internal sealed class CgroupDirectory : IDirectoryInode, IExtendedAttributes
{
    private const int NumbersPerGroup = 64;
    private readonly CgroupFileSystem fileSystem;
    private readonly InodeState state;
    private readonly CgroupFileInode?[] files;
    private readonly MemoryAttributes attributes = new();
    private readonly uint ownerOfFiles;
    private readonly uint groupOfFiles;

    internal CgroupDirectory(CgroupFileSystem fileSystem, ControlGroup group, uint permissions, uint uid, uint gid)
    {
        this.fileSystem = fileSystem;
        Group = group;
        ownerOfFiles = uid;
        groupOfFiles = gid;
        files = new CgroupFileInode?[fileSystem.Files.Kinds.Length];
        state = new InodeState(fileSystem.Device, group.Number * NumbersPerGroup, FileModeBits.S_IFDIR | permissions, uid, gid, fileSystem.Now, links: 2);
        group.FileState = this;
        Processes = File("cgroup.procs"u8)!;
    }

    /// <inheritdoc/>
    public IFileSystem FileSystem => fileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => state.Access;

    /// <inheritdoc/>
    public bool CachesNames => false;

    internal ControlGroup Group { get; }

    /// <summary>cgroup.procs, whose permissions say who may bring processes here.</summary>
    internal CgroupFileInode Processes { get; }

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes values)
    {
        state.Get(out values);
        values.Links = Group.IsRemoved ? 0 : 2 + (uint)Group.Children.Count;
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change)
    {
        state.Apply(change);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Lookup(ReadOnlySpan<byte> name, out IInode? inode)
    {
        inode = null;
        if (Group.IsRemoved)
            return Errno.ENOENT;
        inode = File(name);
        if (inode is not null)
            return 0;
        lock (Group.Tree.Gate)
            inode = Group.Find(Encoding.UTF8.GetString(name))?.FileState as IInode;
        return inode is null ? Errno.ENOENT : 0;
    }

    /// <summary>Makes a group; its maker owns it and its files. Nothing else can be made.</summary>
    public Errno Create(ReadOnlySpan<byte> name, in NewInode what, out IInode? inode)
    {
        inode = null;
        uint type = what.Mode & FileModeBits.S_IFMT;
        if (Group.IsRemoved)
            return Errno.ENOENT;
        if (type != FileModeBits.S_IFDIR)
            return type == FileModeBits.S_IFREG ? Errno.EACCES : Errno.EPERM;
        // A name with a line feed could not be shown in /proc/[pid]/cgroup.
        if (name.Contains((byte)'\n'))
            return Errno.EINVAL;
        Errno error = Group.Create(Encoding.UTF8.GetString(name), out ControlGroup? made);
        if (error != 0)
            return error;
        inode = new CgroupDirectory(fileSystem, made!, what.Mode & FileModeBits.PermissionMask, what.Uid, what.Gid);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Link(ReadOnlySpan<byte> name, IInode target) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno Unlink(ReadOnlySpan<byte> name, IInode victim) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno RemoveDirectory(ReadOnlySpan<byte> name, IInode victim) => ((CgroupDirectory)victim).Group.Remove();

    /// <summary>Groups keep their names.</summary>
    public Errno Rename(
        ReadOnlySpan<byte> name, IInode moved, IDirectoryInode newParent, ReadOnlySpan<byte> newName, IInode? replaced, RenameFlags flags) =>
        Errno.EPERM;

    /// <inheritdoc/>
    public Errno OpenDirectory(out IDirectoryFile? file)
    {
        file = new ListedDirectory(this, List);
        return 0;
    }

    /// <inheritdoc/>
    public SysResult GetAttribute(ReadOnlySpan<byte> name, Span<byte> value) => attributes.Get(name, value);

    /// <inheritdoc/>
    public Errno SetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, int flags) =>
        name.StartsWith("user."u8) || name.StartsWith("trusted."u8) ? attributes.Set(name, value, flags) : Errno.EOPNOTSUPP;

    /// <inheritdoc/>
    public Errno RemoveAttribute(ReadOnlySpan<byte> name) => attributes.Remove(name);

    /// <inheritdoc/>
    public SysResult ListAttributes(Span<byte> names) => attributes.List(names, measures: names.IsEmpty);

    private Errno List(DirectoryListing listing)
    {
        const byte DT_DIR = 4, DT_REG = 8;
        ReadOnlySpan<CgroupFileKind> kinds = fileSystem.Files.Kinds;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (kinds[i].IsIn(Group))
                listing.Add(Encoding.ASCII.GetBytes(kinds[i].Name), NumberOf(i), DT_REG);
        }

        lock (Group.Tree.Gate)
        {
            foreach (ControlGroup child in Group.Children)
                listing.Add(Encoding.UTF8.GetBytes(child.Name), child.Number * NumbersPerGroup, DT_DIR);
        }

        return 0;
    }

    private CgroupFileInode? File(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<CgroupFileKind> kinds = fileSystem.Files.Kinds;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (!Ascii.Equals(name, kinds[i].Name))
                continue;
            if (!kinds[i].IsIn(Group))
                return null;
            if (files[i] is { } known)
                return known;
            CgroupFileInode made = MakeFile(i, kinds[i]);
            if (Interlocked.CompareExchange(ref files[i], made, null) is { } other)
                return other;
            // Who watches the file hears when what it shows changes: inotify(7), as with files that are written.
            if (kinds[i].Event?.Invoke(Group) is { } changes)
                changes.Changed += () => fileSystem.Watching.Modified(made);
            return made;
        }

        return null;
    }

    private CgroupFileInode MakeFile(int index, CgroupFileKind kind)
    {
        var state = new InodeState(
            fileSystem.Device, NumberOf(index), FileModeBits.S_IFREG | kind.PermissionsIn(Group), ownerOfFiles, groupOfFiles, fileSystem.Now);
        return new CgroupFileInode(this, kind, state);
    }

    private ulong NumberOf(int index) => (Group.Number * NumbersPerGroup) + 1 + (ulong)index;
}
