using System.Runtime.CompilerServices;
using Zonix.FileSystems.Tmpfs;

namespace Zonix.FileSystems.Overlay;

/// <summary>
/// A writable layer in memory over one or more read-only trees. Whatever is changed is first copied up; a cover (a
/// character device of a number that there is none of) hides a name of the lower ones; a directory made anew hides what was below it.
/// Unlike Linux's overlayfs a directory can be renamed, hard links stay links when they are copied up, and an inode keeps
/// its number: the objects in memory remember where they came from.
/// </summary>
/// <remarks>
/// Locks: an inode's copy gate, then the tree gate, then the upper layer's own. The tree gate covers every change of names
/// and the moment a copy becomes visible; content is copied before, without it.
/// </remarks>
public sealed class OverlayFileSystem : IExportedFileSystem, IMemoryHolder
{
    // Numbers of files that are only in the upper layer: beyond what most disks use, and small enough for i386 programs, whose stat(2)
    // fails for numbers of more than 32 bits.
    private const ulong FirstUpperInode = 3UL << 30;

    /// <summary>A device number that no guest can give: of what hides a name of the lower layers.</summary>
    internal const ulong CoverDevice = ulong.MaxValue;

    private const int FirstSweep = 1024;
    private readonly Dictionary<ulong, WeakReference<OverlayFile>> hardLinks = [];
    private readonly HashSet<OverlayFile> keptLinks = [];
    private int nextSweep = FirstSweep;
    private readonly ConditionalWeakTable<IInode, IOverlayInode> byUpper = [];
    private readonly TmpFileSystem upper;
    private readonly IFileSystem lowest;

    /// <summary>Over <paramref name="lowers"/>, the top-most first.</summary>
    public OverlayFileSystem(VirtualFileSystem vfs, params ReadOnlySpan<IFileSystem> lowers)
    {
        Vfs = vfs;
        Device = vfs.AllocateDevice();
        lowest = lowers[^1];
        var roots = new IDirectoryInode[lowers.Length];
        for (int i = 0; i < lowers.Length; i++)
            roots[i] = (IDirectoryInode)lowers[i].Root.Inode!;
        InodeAccess access = roots[0].Access;
        upper = new TmpFileSystem(vfs, Device, FirstUpperInode, access.Mode & FileModeBits.PermissionMask, access.Uid, access.Gid);
        roots[0].GetAttributes(out InodeAttributes old);
        upper.RootDirectory.SetAttributes(new AttributeChange { Access = old.Access, Modify = old.Modify, Now = old.Change });
        var root = new OverlayDirectory(this, null, [], upper.RootDirectory, roots);
        Root = new Dentry(root);
    }

    /// <summary>As of a disk.</summary>
    public uint DirectAlignment => 512;

    /// <inheritdoc/>
    public string TypeName => "overlay";

    /// <inheritdoc/>
    public string Source => "overlay";

    /// <inheritdoc/>
    public string Options => "";

    /// <inheritdoc/>
    public ulong Device { get; }

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    /// <inheritdoc/>
    public Dentry Root { get; }

    /// <inheritdoc/>
    public Lock RenameGate { get; } = new();

    internal VirtualFileSystem Vfs { get; }

    /// <summary>Bytes that the files of its upper layer hold.</summary>
    public ulong HeldBytes => upper.HeldBytes;

    /// <summary>Held while names change and while a copy is put in its place.</summary>
    internal Lock TreeGate { get; } = new();

    /// <inheritdoc/>
    public Errno Walk(ref PathWalk walk) => DentryWalk.Walk(ref walk);

    /// <inheritdoc/>
    public Errno GetStatistics(out FileSystemStatistics statistics)
    {
        Errno e = lowest.GetStatistics(out statistics);
        statistics.Type = 0x794c7630;
        return e;
    }

    /// <summary>Whether an inode of a lower layer says that a name does not exist: a character device 0:0, as Linux has it.</summary>
    internal static bool IsWhiteout(IInode inode) =>
        inode.Access.Type == FileModeBits.S_IFCHR && inode.GetAttributes(out InodeAttributes node) == 0 && node.Rdev == 0;

    /// <summary>The same of the upper layer, where 0:0 is a device like others: guests mount overlays of their own here.</summary>
    internal static bool IsCover(IInode inode) => inode is TmpNode { State.Rdev: CoverDevice };

    /// <summary>The overlay's object for an inode of the upper layer; one without a past stands for itself.</summary>
    internal IInode Shown(IInode upperInode) => byUpper.TryGetValue(upperInode, out IOverlayInode? known) ? known : upperInode;

    /// <summary>Remembers which object an inode of the upper layer belongs to.</summary>
    internal void Remember(IInode upperInode, IOverlayInode inode) => byUpper.AddOrUpdate(upperInode, inode);

    /// <summary>A file of the upper layer that has no name yet.</summary>
    internal ITmpInode CreateUnnamed(in NewInode what) => upper.CreateInode(what, linked: false);

    /// <summary>The object for a lower file; one for all its names.</summary>
    internal OverlayFile WrapLower(IInode lower, OverlayDirectory parent, ReadOnlySpan<byte> name)
    {
        lower.GetAttributes(out InodeAttributes attributes);
        if (attributes.Links <= 1)
            return OverlayFile.Create(this, parent, name, lower, attributes.Links);
        lock (hardLinks)
        {
            if (hardLinks.TryGetValue(attributes.Inode, out WeakReference<OverlayFile>? place) && place.TryGetTarget(out OverlayFile? known))
                return known;
            if (hardLinks.Count >= nextSweep)
                SweepLinks();
            OverlayFile made = OverlayFile.Create(this, parent, name, lower, attributes.Links);
            hardLinks[attributes.Inode] = new WeakReference<OverlayFile>(made);
            return made;
        }
    }

    /// <summary>A file with several names that is no longer what the lower layer says: it is kept, whether anybody uses it or not.</summary>
    internal void Keep(OverlayFile file)
    {
        lock (hardLinks)
            keptLinks.Add(file);
    }

    private void SweepLinks()
    {
        foreach ((ulong inode, WeakReference<OverlayFile> place) in hardLinks)
        {
            if (!place.TryGetTarget(out _))
                hardLinks.Remove(inode);
        }
        nextSweep = Math.Max(FirstSweep, hardLinks.Count * 2);
    }
}
