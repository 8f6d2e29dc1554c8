using System.Collections.Concurrent;
using Zonix.FileSystems.Tmpfs;
using Zonix.Host.Files;
using Zonix.Images.Differences;
using Zonix.Images.Layers;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;

namespace Zonix.Images.Tests;

/// <summary>Layers in memory: each chain is a tmpfs, a copy of the one below and more.</summary>
internal sealed class MemoryLayerStore : ILayerStore, IDisposable
{
    private readonly ConcurrentDictionary<Digest, (TmpFileSystem Tree, LayerInfo Info)> trees = new();
    private readonly ConcurrentDictionary<string, IFileSystem> snapshots = new();

    public VirtualFileSystem Vfs { get; } = new(new Clock(), new EpollReadinessSource());

    /// <summary>Chains that something is cloned from.</summary>
    public HashSet<Digest> Cloned { get; } = [];

    /// <summary>Trees that were begun.</summary>
    public int Begun { get; private set; }

    public int Open { get; private set; }

    public LayerInfo? Find(Digest chainId) => trees.TryGetValue(chainId, out var found) ? found.Info : null;

    public ILayerTree Begin(Digest? parent)
    {
        Begun++;
        Open++;
        return new LayerTree(this, Copy(parent));
    }

    ITreeView ILayerStore.Open(Digest chainId) => new View(trees[chainId].Tree);

    public IFileSystem TreeOf(Image image) => trees[image.Stored.Chains[^1]].Tree;

    /// <summary>A tree of its own, as a zone has it.</summary>
    public TmpFileSystem CloneOf(Image image) => Copy(image.Stored.Chains[^1]);

    public void AddSnapshot(string name, IFileSystem tree) => snapshots[name] = tree;

    public ITreeView OpenSnapshot(string snapshot) =>
        snapshots.TryGetValue(snapshot, out IFileSystem? tree) ? new View(tree) : throw new ImageException($"no such snapshot: {snapshot}");

    public string SnapshotName(Digest chainId) => $"images/{chainId.Hex}@ready";

    public IReadOnlyList<Digest> List() => [.. trees.Keys];

    public IReadOnlyList<string> UsersOf(Digest chainId) => Cloned.Contains(chainId) ? ["zones/test"] : [];

    public bool TryRemove(Digest chainId) => !Cloned.Contains(chainId) && trees.TryRemove(chainId, out _);

    public int Sweep() => 0;

    public void Dispose() => Vfs.Dispose();

    private TmpFileSystem Copy(Digest? parent)
    {
        var tree = new TmpFileSystem(Vfs, 0x1ED);
        if (parent is { } chain)
        {
            var archive = new MemoryStream();
            TreePacker.PackTree(trees[chain].Tree, archive);
            archive.Position = 0;
            TreeUnpacker.Unpack(new TarReader(archive), new TreeWriter(tree, Vfs));
        }
        return tree;
    }

    private sealed class View(IFileSystem tree) : ITreeView
    {
        public IFileSystem FileSystem => tree;

        public void Dispose()
        {
        }
    }

    private sealed class LayerTree(MemoryLayerStore store, TmpFileSystem tree) : ILayerTree
    {
        public IFileSystem FileSystem => tree;

        public VirtualFileSystem Vfs => store.Vfs;

        public void Commit(LayerInfo layer) => store.trees.TryAdd(layer.ChainId, (tree, layer));

        public void Dispose() => store.Open--;
    }
}
