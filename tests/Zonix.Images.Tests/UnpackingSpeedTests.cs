using System.Diagnostics;
using Zonix.Host.Files;
using Zonix.Images.Compression;
using Zonix.Images.Layers;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Time;
using Zonix.Kernel.Vfs;
using Zonix.Storage;
using static Zonix.Images.Tests.MemoryTree;

namespace Zonix.Images.Tests;

/// <summary>Figures, on demand: 10,000 files of 30 KB in 100 directories.</summary>
public sealed class UnpackingSpeedTests(ITestOutputHelper output)
{
    private const int Files = 10_000, Size = 30_000;

    [Fact(Explicit = true)]
    public void A_large_layer()
    {
        byte[] archive = Archive();
        using (var tree = new MemoryTree())
            Measure("tmpfs", archive, tree.Writer(), static () => { });
        using HostFolder folder = HostFolder.Create();
        using var vfs = new VirtualFileSystem(new Clock(), new EpollReadinessSource());
        using Storage.Pool pool = Storage.Pool.Open(folder.Path("pool"), new PoolOptions());
        var layers = new PoolLayerStore(pool, vfs);
        for (int i = 0; i < 3; i++)
        {
            using ILayerTree tree = layers.Begin(null);
            Digest chain = Digest.Of([(byte)i]);
            Measure("pool", archive, new TreeWriter(tree.FileSystem, vfs), () => tree.Commit(new LayerInfo(chain, archive.Length)));
        }
    }

    private void Measure(string what, byte[] archive, TreeWriter writer, Action commit)
    {
        long start = Stopwatch.GetTimestamp();
        using var digest = new DigestStream(new MemoryStream(archive));
        using var ahead = new ReadAheadStream(digest);
        TreeUnpacker.ApplyLayer(new TarReader(ahead), writer, TestContext.Current.CancellationToken);
        TimeSpan unpacked = Stopwatch.GetElapsedTime(start);
        commit();
        TimeSpan all = Stopwatch.GetElapsedTime(start);
        output.WriteLine($"{what}: {archive.Length / 1e6 / unpacked.TotalSeconds:f0} MB/s unpacked and hashed, {archive.Length / 1e6 / all.TotalSeconds:f0} MB/s with the commit");
    }

    private static byte[] Archive()
    {
        var target = new MemoryStream(Files * (Size + 1024));
        var writer = new TarWriter(target);
        var random = new Random(1);
        var content = new byte[Size];
        for (int i = 0; i < Files; i++)
        {
            random.NextBytes(content);
            writer.WriteEntry(new TarEntry { Kind = TarEntryKind.File, Name = Bytes($"usr/share/d{i / 100}/file{i}"), Size = Size, Attributes = Plain() });
            writer.Write(content);
        }
        writer.Complete();
        return target.ToArray();
    }
}
