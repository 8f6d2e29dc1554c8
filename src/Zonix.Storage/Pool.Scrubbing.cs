using Zonix.Storage.Layers;
using Zonix.Storage.Scrubbing;

namespace Zonix.Storage;

/// <content>Looking for damage.</content>
public sealed partial class Pool
{
    /// <summary>
    /// Reads everything that is in the pool and compares it with its checksums; looks at all trees, and for what belongs to nothing.
    /// Repairs nothing. The pool may be in use.
    /// </summary>
    public ScrubReport Scrub(CancellationToken cancellation = default)
    {
        using var scrubber = new Scrubber(this, writer.Database.Path, cancellation);
        var shown = new List<(string Name, long[] Layers)>();
        lock (Gate)
        {
            scrubber.Begin();
            foreach (Dataset dataset in datasets.Values.OrderBy(d => d.Name, StringComparer.Ordinal))
            {
                foreach (Snapshot snapshot in dataset.SnapshotList)
                    shown.Add((snapshot.Name, Chain(snapshot.Layer)));
                shown.Add((dataset.Name, Chain(dataset.Top)));
            }
        }
        return scrubber.Run(shown);
    }

    internal bool IsOrphan(long content)
    {
        lock (Gate)
            return writer.Database.Number($"SELECT 1 FROM contents WHERE id = {content} UNION SELECT 1 FROM dead_contents WHERE id = {content}") is null;
    }

    // The lowest first.
    private static long[] Chain(Layer top)
    {
        var layers = new List<long>();
        for (Layer? layer = top; layer is not null; layer = layer.Parent)
            layers.Add(layer.Id);
        layers.Reverse();
        return [.. layers];
    }
}
