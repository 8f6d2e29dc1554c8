using System.Collections.Concurrent;
using Zonix.Images.Compression;
using Zonix.Images.Layout;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;

namespace Zonix.Images.Layers;

/// <summary>Unpacks layers, each once, however many images want it at the same time. Any thread.</summary>
internal sealed class LayerInstaller(BlobStore blobs, ILayerStore layers)
{
    private readonly ConcurrentDictionary<Digest, Lock> gates = new();

    /// <summary>
    /// Makes sure that the chain of a layer upon <paramref name="parent"/> is there. The layer's content has to have the digest
    /// that the image's configuration states, or nothing comes of it.
    /// </summary>
    /// <param name="parent">The chain below it; null for the lowest layer.</param>
    /// <param name="blob">The layer, as the manifest names it.</param>
    /// <param name="diffId">The digest of its uncompressed content.</param>
    /// <param name="what">The layer's place for messages: "layer 3 of 5".</param>
    /// <param name="progress">Told of bytes that are unpacked; may be null.</param>
    /// <param name="cancellation">Ends it early; then nothing has changed.</param>
    public Digest Install(Digest? parent, Digest blob, Digest diffId, string what, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        Digest chain = ChainId.Of(parent, diffId);
        lock (gates.GetOrAdd(chain, static _ => new Lock()))
        {
            if (layers.Find(chain) is null)
                Unpack(parent, blob, diffId, chain, what, progress, cancellation);
        }
        gates.TryRemove(chain, out _);
        return chain;
    }

    private void Unpack(
        Digest? parent, Digest blob, Digest diffId, Digest chain, string what, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        using Stream stored = blobs.Open(blob);
        using Stream counted = new ProgressStream(stored, blob, ImagePhase.Unpacking, blobs.SizeOf(blob), progress);
        using ILayerTree tree = layers.Begin(parent);
        try
        {
            using var content = new DigestStream(Decompression.Open(counted, out _));
            using var ahead = new ReadAheadStream(content);
            TreeUnpacker.ApplyLayer(new TarReader(ahead), new TreeWriter(tree.FileSystem, tree.Vfs), cancellation);
            ahead.Drain();
            Digest actual = content.Finish();
            if (actual != diffId)
                throw new ImageException($"digest mismatch: the image states {diffId} for the uncompressed content, it is {actual}");
            tree.Commit(new LayerInfo(chain, content.Count));
        }
        catch (ImageException e)
        {
            throw new ImageException($"{what}, {blob}: {e.Message}", e);
        }
    }
}
