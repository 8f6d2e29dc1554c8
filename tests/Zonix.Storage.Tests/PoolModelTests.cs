using CsCheck;
using Zonix.FileSystems.Tests;

namespace Zonix.Storage.Tests;

/// <summary>Random operations give the same errors and leave the same tree as on the host, whatever is done to the dataset between them.</summary>
public sealed class PoolModelTests
{
    private const int Samples = 60, Steps = 40;

    // Of each step: 0 reopens the pool, 1 snapshots, 2 flushes, 3 opens the clone of a new snapshot instead, 4 destroys an old snapshot.
    private static readonly Gen<(Step Step, int Between)> Moves = Gen.Select(Step.Any, Gen.Int[0, 19], (step, between) => (step, between));

    [Fact]
    public void A_dataset_behaves_as_the_host() => Moves.Array[Steps].Sample(
        moves =>
        {
            using var nativeDirectory = TemporaryDirectory.InMemory();
            using var directory = TemporaryDirectory.InMemory();
            var native = new NativeTree(nativeDirectory.Path);
            var kept = new Dictionary<string, string>();
            Pool pool = Pool.Open(directory.Path);
            PoolTree open = PoolTree.Open(pool.Create("d0"));
            int number = 0;
            try
            {
                foreach ((Step step, int between) in moves)
                {
                    Assert.Equal((step, step.Apply(native)), (step, step.Apply(open.Tree)));
                    Between(between, ref pool, ref open, directory.Path, ref number, kept);
                }
                Assert.Equal(native.Describe("/"), open.Tree.Describe("/"));
                open.Dispose();
                pool.Dispose();
                pool = Pool.Open(directory.Path);
                pool.Settle();
                foreach ((string name, string text) in kept)
                {
                    using PoolTree snapshot = PoolTree.Open(pool.FindSnapshot(name)!);
                    Assert.Equal((name, text), (name, snapshot.Tree.Describe("/")));
                }
                open = PoolTree.Open(pool.Find(open.FileSystem.Dataset.Name)!);
                Assert.Equal(native.Describe("/"), open.Tree.Describe("/"));
            }
            finally
            {
                open.Dispose();
                pool.Dispose();
            }
        },
        iter: Samples, threads: 1);

    private static void Between(int what, ref Pool pool, ref PoolTree open, string directory, ref int number, Dictionary<string, string> kept)
    {
        string name = open.FileSystem.Dataset.Name;
        switch (what)
        {
            case 0:
                open.Dispose();
                pool.Dispose();
                pool = Pool.Open(directory);
                open = PoolTree.Open(pool.Find(name)!);
                break;
            case 1 or 2:
                kept.Add(pool.Snapshot(name, $"s{++number}").Name, open.Tree.Describe("/"));
                break;
            case 3 or 4:
                pool.Flush(open.FileSystem.Dataset);
                break;
            case 5:
                Snapshot origin = pool.Snapshot(name, $"s{++number}");
                kept.Add(origin.Name, open.Tree.Describe("/"));
                open.Dispose();
                open = PoolTree.Open(pool.Clone(origin.Name, $"d{number}"));
                break;
            case 6 or 7:
                Pool known = pool;
                if (kept.Keys.FirstOrDefault(k => known.FindSnapshot(k)!.Clones.Count == 0) is { } old)
                {
                    pool.Destroy(old);
                    kept.Remove(old);
                    if (what == 6)
                        pool.Settle();
                }
                break;
            case 8 when kept.Keys.LastOrDefault(k => k.StartsWith(name + "@", StringComparison.Ordinal)) is { } last && pool.FindSnapshot(last) is { } there:
                // Going back changes nothing when nothing was done since.
                string now = open.Tree.Describe("/");
                open.Dispose();
                if (kept[last] == now && ReferenceEquals(pool.Find(name)!.Snapshots[^1], there))
                    pool.Rollback(last);
                open = PoolTree.Open(pool.Find(name)!);
                Assert.Equal(now, open.Tree.Describe("/"));
                break;
        }
    }
}
