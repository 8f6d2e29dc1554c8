using Zonix.Storage.Sql;

namespace Zonix.Storage.Layers;

/// <summary>
/// The tree that a layer and those below it show, read from the database directory by directory as it is asked for, and kept. What
/// does not differ from the layer below is the same object as there, so that all clones of a snapshot share its tree. Any thread.
/// </summary>
/// <remarks>
/// A layer that has names in a directory also has the directory's inode, since a change of names changes its times: so the numbers
/// of a layer's inodes tell where it differs. The tree of a layer that is still written to may show old rows and newer ones; its
/// file system keeps what it has changed in memory, above it.
/// </remarks>
public sealed class LayerTree
{
    private readonly Reader reader;
    private readonly Dictionary<ulong, TreeDirectory> directories = [];
    private ulong[]? own;

    internal LayerTree(Reader reader, long layer, LayerTree? parent)
    {
        this.reader = reader;
        Layer = layer;
        Parent = parent;
    }

    /// <summary>The number of the root directory of every dataset.</summary>
    public const ulong RootInode = 1;

    /// <summary>The layer on top.</summary>
    public long Layer { get; }

    /// <summary>Inodes of this layer that have lost their last name: a crash came before their last user let them go.</summary>
    public IReadOnlyList<ulong> Orphans { get; private set; } = [];

    internal LayerTree? Parent { get; private set; }

    /// <summary>The root directory.</summary>
    public TreeNode Root => Find(RootInode) ?? throw new PoolException($"layer {Layer} of the pool has no root directory");

    /// <summary>An inode by its number; null when there is none.</summary>
    public TreeNode? Find(ulong inode)
    {
        lock (reader.Gate)
        {
            for (LayerTree? tree = this; tree is not null; tree = tree.Parent)
            {
                // What a layer says of an inode is the last word, also that it is gone; the lowest one is asked unseen.
                if (tree.HasOwn(inode))
                    return reader.FindNode(tree.Layer, inode);
            }
            return null;
        }
    }

    /// <summary>The entries of a directory; empty when there is no directory of that number.</summary>
    public TreeDirectory Directory(ulong inode)
    {
        lock (reader.Gate)
        {
            if (Parent is not null && OwnInodes.Length == 0)
                return Parent.Directory(inode);
            if (directories.TryGetValue(inode, out TreeDirectory? known))
                return known;
            return directories[inode] = Load(inode);
        }
    }

    /// <summary>Whether the layer differs from the one below.</summary>
    internal bool HasInodes
    {
        get
        {
            lock (reader.Gate)
                return OwnInodes.Length > 0;
        }
    }

    /// <summary>Reads what there is in this layer, so that later rows do not matter.</summary>
    internal void LoadOwn()
    {
        lock (reader.Gate)
            _ = OwnInodes;
    }

    /// <summary>The layer below has become a part of this one; the reader's gate is held.</summary>
    internal void ParentMerged(LayerTree? newParent)
    {
        Parent = newParent;
        own = null;
    }

    private ulong[] OwnInodes
    {
        get
        {
            if (own is null)
            {
                own = reader.LayerInodes(Layer, out List<ulong> orphans);
                Orphans = orphans;
            }
            return own;
        }
    }

    private bool HasOwn(ulong inode) => Parent is null || Array.BinarySearch(OwnInodes, inode) >= 0;

    private TreeDirectory Load(ulong inode)
    {
        if (Parent is null)
            return reader.Directory(Layer, inode);
        TreeDirectory below = Parent.Directory(inode);
        return HasOwn(inode) ? Merge(inode, below) : Replace(below);
    }

    // The names are the same, some inodes are not.
    private TreeDirectory Replace(TreeDirectory below)
    {
        TreeNode[]? nodes = null;
        for (int i = 0; i < below.Count; i++)
        {
            ulong inode = below[i].Node.Inode;
            if (HasOwn(inode) && reader.FindNode(Layer, inode) is { } node)
                (nodes ??= below.CopyNodes())[i] = node;
        }
        return nodes is null ? below : below.WithNodes(nodes);
    }

    private TreeDirectory Merge(ulong inode, TreeDirectory below)
    {
        List<(byte[] Name, ulong Inode)> changes = reader.Names(Layer, inode);
        var names = new List<byte[]>(below.Count + changes.Count);
        var nodes = new List<TreeNode>(below.Count + changes.Count);
        int at = 0;
        foreach ((byte[] name, ulong number) in changes)
        {
            int order = -1;
            for (; at < below.Count && (order = below[at].Name.AsSpan().SequenceCompareTo(name)) < 0; at++)
                Add(below[at].Name, below[at].Node);
            TreeNode? hidden = order == 0 && at < below.Count ? below[at++].Node : null;
            if (number == 0)
                continue;
            names.Add(name);
            nodes.Add(Own(number) ?? (hidden?.Inode == number ? hidden : Parent!.Find(number)) ?? throw Missing(inode, name, number));
        }
        for (; at < below.Count; at++)
            Add(below[at].Name, below[at].Node);
        return new TreeDirectory([.. names], [.. nodes]);

        void Add(byte[] name, TreeNode node)
        {
            names.Add(name);
            nodes.Add(Own(node.Inode) ?? node);
        }

        TreeNode? Own(ulong number) => HasOwn(number) ? reader.FindNode(Layer, number) : null;
    }

    private PoolException Missing(ulong directory, byte[] name, ulong number) => new(
        $"layer {Layer} of the pool: '{System.Text.Encoding.UTF8.GetString(name)}' in directory {directory} is inode {number}, which is missing");
}
