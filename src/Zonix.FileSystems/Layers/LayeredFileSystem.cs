using System.Runtime.CompilerServices;
using System.Text;
using Zonix.FileSystems.Overlay;

namespace Zonix.FileSystems.Layers;

/// <summary>
/// What mount(2) makes of type "overlay": directories of any file systems of the zone, one over the other, as Linux's
/// overlayfs shows them. What is changed is first copied to the upper layer, if there is one. What the layers hold is as
/// Linux would leave it: whiteouts are character devices 0:0, and the attribute trusted.overlay.opaque hides what is below
/// a directory; so a layer can be shown again later, packed, and unpacked elsewhere.
/// </summary>
/// <remarks>
/// Locks: the gates of its own dentries, an inode's copy gate, the tree gate, then those of the layers' file systems. A
/// directory that is, or is merged with, a lower one cannot be renamed (EXDEV), as without redirect_dir on Linux.
/// </remarks>
internal sealed class LayeredFileSystem : IFileSystem, IUnmountable
{
    // Inode numbers of a file system other than the upper one's are told apart by their high bits.
    private const int FileSystemShift = 48;
    private readonly ConditionalWeakTable<IInode, LayeredFile> files = [];
    private readonly List<IFileSystem> known = [];
    private readonly Superblock[] held;
    private readonly byte[] prefix;
    private readonly byte[] opaque;
    private readonly VfsPath workPlace;
    private Dentry? work;
    private long lastTemporary;

    internal LayeredFileSystem(VirtualFileSystem vfs, VfsPath upper, VfsPath work, VfsPath[] lowers, bool userAttributes)
    {
        Vfs = vfs;
        Device = vfs.AllocateDevice();
        workPlace = work;
        HasUpper = !upper.IsNull;
        prefix = Encoding.ASCII.GetBytes(userAttributes ? "user.overlay." : "trusted.overlay.");
        opaque = [.. prefix, .. "opaque"u8];
        List<Superblock> layers = [];
        if (HasUpper)
            layers.Add(upper.Mount.Superblock);
        layers.AddRange(Array.ConvertAll(lowers, static lower => lower.Mount.Superblock));
        held = [.. layers];
        foreach (Superblock layer in held)
        {
            layer.Hold();
            if (!known.Contains(layer.FileSystem))
                known.Add(layer.FileSystem);
        }
        var root = new LayeredDirectory(this, null, [], HasUpper ? upper.Dentry : null, Array.ConvertAll(lowers, static lower => lower.Dentry));
        Root = new Dentry(root);
    }

    public uint DirectAlignment => held[0].FileSystem.DirectAlignment;

    public string TypeName => "overlay";

    public string Source => "overlay";

    public required string Options { get; init; }

    public ulong Device { get; }

    public bool IsReadOnly => !HasUpper;

    public Dentry Root { get; }

    public Lock RenameGate { get; } = new();

    internal VirtualFileSystem Vfs { get; }

    internal bool HasUpper { get; }

    /// <summary>Held while names change and while a copy is put in its place.</summary>
    internal Lock TreeGate { get; } = new();

    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        Errno e = held[0].FileSystem.GetStatistics(out statistics);
        statistics.Type = 0x794c7630;
        return e;
    }

    public void Unmounted()
    {
        foreach (Superblock layer in held)
            layer.Drop();
    }

    /// <summary>Makes the folder that copies are made in. EROFS, EEXIST ...</summary>
    internal Errno Prepare()
    {
        if (!HasUpper)
            return 0;
        Errno e = DentryOperations.Find(workPlace.Dentry, "work"u8, out work);
        if (e == 0 && work is null)
            e = DentryOperations.Create(workPlace.Dentry, "work"u8, new NewInode(FileModeBits.S_IFDIR, 0, 0), out work);
        return e;
    }

    /// <summary>Whether an attribute of a layer's file is one of its own, which it does not show.</summary>
    internal bool IsOwn(ReadOnlySpan<byte> attribute) =>
        attribute.StartsWith(prefix) && !attribute[prefix.Length..].StartsWith(Escape);

    /// <summary>The name under which the layers keep an attribute: those that look like its own ones get a longer one.</summary>
    internal ReadOnlySpan<byte> Stored(ReadOnlySpan<byte> attribute) =>
        attribute.StartsWith(prefix) ? (byte[])[.. prefix, .. Escape, .. attribute[prefix.Length..]] : attribute;

    /// <summary>The reverse: how an attribute of a layer's file is shown.</summary>
    internal ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> attribute) =>
        attribute.StartsWith(prefix) ? (byte[])[.. prefix, .. attribute[(prefix.Length + Escape.Length)..]] : attribute;

    /// <summary>Whether a directory of a layer hides what is below it.</summary>
    internal bool IsOpaque(Dentry directory)
    {
        Span<byte> value = stackalloc byte[1];
        return directory.Inode is IExtendedAttributes inode && !inode.GetAttribute(opaque, value).IsError && value[0] == 'y';
    }

    /// <summary>Has a directory of the upper layer hide what is below it.</summary>
    internal Errno MakeOpaque(Dentry directory) =>
        directory.Inode is IExtendedAttributes inode ? inode.SetAttribute(opaque, "y"u8, 0) : Errno.EOPNOTSUPP;

    /// <summary>The number shown for an inode of a layer.</summary>
    internal ulong NumberOf(IInode inode, ulong number) => number ^ ((ulong)Math.Max(0, known.IndexOf(inode.FileSystem)) << FileSystemShift);

    /// <summary>The object for a file of the upper layer: one for all its names.</summary>
    internal LayeredFile ShowUpper(Dentry upper) => files.GetValue(upper.Inode!, _ => LayeredFile.Create(this, null, [], upper, null));

    /// <summary>From now on a file of the upper layer is shown by that object.</summary>
    internal void Remember(IInode upper, LayeredFile file) => files.AddOrUpdate(upper, file);

    /// <summary>A file in the work folder, under a name of its own.</summary>
    internal Errno CreateTemporary(in NewInode what, out byte[] name, out Dentry? made)
    {
        name = Encoding.ASCII.GetBytes($"#{Interlocked.Increment(ref lastTemporary):x}");
        made = null;
        return work is null ? Errno.EROFS : DentryOperations.Create(work, name, what, out made);
    }

    /// <summary>Puts a file of the work folder in its place.</summary>
    internal Errno PlaceTemporary(byte[] temporary, Dentry directory, ReadOnlySpan<byte> name) =>
        DentryOperations.Rename(work!, temporary, directory, name, 0);

    /// <summary>Throws a file of the work folder away.</summary>
    internal void RemoveTemporary(byte[] name) => DentryOperations.Remove(work!, name);

    private static ReadOnlySpan<byte> Escape => "overlay."u8;
}
