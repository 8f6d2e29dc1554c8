using System.Diagnostics;
using System.Globalization;
using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Tests;
using Zonix.Kernel.Vfs;
using Zonix.Storage.Crash;
using Zonix.Storage.Scrubbing;

namespace Zonix.Storage.Tests;

/// <summary>
/// A process that writes to a pool is killed at random moments. What it had synced is there, the tree is as it was after one of its
/// steps, snapshots are as they were, and a scrub finds nothing. ZONIX_CRASH_ROUNDS says how often.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private const int DefaultRounds = 20, Kept = 3;
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Killing_the_process_loses_nothing_that_was_synced()
    {
        string? wanted = Environment.GetEnvironmentVariable("ZONIX_CRASH_ROUNDS");
        int rounds = wanted is null ? DefaultRounds : int.Parse(wanted, CultureInfo.InvariantCulture);
        string path = Path.Combine(directory.Path, "pool"), journal = Path.Combine(directory.Path, "journal");
        var random = new Random(Environment.TickCount);
        var earlier = new Dictionary<string, string>();
        long steps = 0, synced = 0;
        for (int round = 0; round < rounds; round++)
        {
            string name = $"round{round}";
            int seed = random.Next();
            output.WriteLine($"round {round}, seed {seed}");
            RunAndKill(path, journal, name, seed, random.Next(600));
            string[] lines = CompleteLines(journal);
            using var pool = Pool.Open(path, new PoolOptions { Log = output.WriteLine });
            AssertClean(pool);
            (int k, int last, int sure) = Verify(pool, name, lines);
            output.WriteLine($"  {last} steps, synced to {sure}, found as after {k}");
            (steps, synced) = (steps + last, synced + sure);
            foreach ((string dataset, string facts) in earlier)
                Assert.Equal(facts, FactsOf(pool, dataset));
            earlier[name] = FactsOf(pool, name);
            if (earlier.Count > Kept)
            {
                string victim = earlier.Keys.First();
                foreach (DatasetInfo clone in pool.List().Where(d => d.Name.StartsWith(victim + "-clone", StringComparison.Ordinal)))
                    pool.Destroy(clone.Name);
                pool.Destroy(victim, recursive: true);
                earlier.Remove(victim);
            }
            pool.Settle();
            AssertClean(pool);
        }
        output.WriteLine($"{rounds} kills, {steps} steps, {synced} of them synced");
    }

    private static void AssertClean(Pool pool)
    {
        ScrubReport report = pool.Scrub(TestContext.Current.CancellationToken);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    private static string FactsOf(Pool pool, string dataset)
    {
        using PoolTree open = PoolTree.Open(pool.Find(dataset)!);
        return Facts.Of(open.FileSystem);
    }

    private static void RunAndKill(string path, string journal, string name, int seed, int milliseconds)
    {
        File.Delete(journal);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Zonix.Storage.Crash")) { RedirectStandardError = true };
        foreach (string argument in (string[])[path, journal, name, seed.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        var complaints = new StringBuilder();
        process.ErrorDataReceived += (_, e) => complaints.AppendLine(e.Data);
        process.BeginErrorReadLine();
        var limit = Stopwatch.StartNew();
        while (!File.Exists(journal) || new FileInfo(journal).Length == 0)
        {
            Assert.False(process.HasExited, complaints.ToString());
            Assert.True(limit.Elapsed < TimeSpan.FromMinutes(2), "the program does not begin");
            Thread.Yield();
        }
        // The moment is what is random here; nothing is waited for.
        bool ended = process.WaitForExit(milliseconds);
        Assert.False(ended, complaints.ToString());
        process.Kill();
        process.WaitForExit();
        Assert.True(complaints.ToString().Trim().Length == 0, complaints.ToString());
    }

    private static string[] CompleteLines(string journal)
    {
        string text = File.ReadAllText(journal);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (int Found, int Last, int Sure) Verify(Pool pool, string name, string[] lines)
    {
        string[] steps = [.. lines.Where(l => l.StartsWith("step ", StringComparison.Ordinal)).Select(l => l[(l.IndexOf(' ', 5) + 1)..])];
        int sure = lines.Where(l => l.StartsWith("synced ", StringComparison.Ordinal)).Select(l => int.Parse(l[7..], CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
        int found = -1;
        string? why = null;
        using (PoolTree open = PoolTree.Open(pool.Find(name)!))
        {
            var shown = new Shown(open.FileSystem);
            var state = new State();
            for (int k = 0; k <= steps.Length && found < 0; k++)
            {
                if (k > 0)
                    state.Apply((uint)k, steps[k - 1]);
                if (k < sure)
                    continue;
                string? difference = shown.Difference(state, mayBeNewer: true);
                why ??= difference;
                if (difference is null)
                    found = k;
            }
        }
        Assert.True(found >= 0, $"{name}: the tree is as after none of the steps from {sure} to {steps.Length}: {why}");
        CheckSnapshots(pool, name, lines, steps);
        return (found, steps.Length, sure);
    }

    private static void CheckSnapshots(Pool pool, string name, string[] lines, string[] steps)
    {
        foreach (string[] part in lines.Where(l => l.StartsWith("snapshot ", StringComparison.Ordinal)).Select(l => l.Split(' ')))
        {
            if (lines.Contains($"destroys {part[1]}"))
                continue;
            var state = new State();
            for (int k = 1; k <= int.Parse(part[2], CultureInfo.InvariantCulture); k++)
                state.Apply((uint)k, steps[k - 1]);
            Snapshot? snapshot = pool.FindSnapshot($"{name}@{part[1]}");
            Assert.True(snapshot is not null, $"{name}@{part[1]} is missing");
            using PoolTree open = PoolTree.Open(snapshot);
            Assert.Null(new Shown(open.FileSystem).Difference(state, mayBeNewer: false));
        }
    }

    /// <summary>A tree as it is, read once.</summary>
    private sealed class Shown
    {
        private readonly HashSet<string> directories = [];
        private readonly Dictionary<string, byte[]> files = [];

        public Shown(IFileSystem fileSystem) => Walk(fileSystem.Root.Inode!, "");

        /// <summary>What is not as it should be; null: nothing.</summary>
        public string? Difference(State state, bool mayBeNewer)
        {
            if (!directories.SetEquals(state.Directories))
                return "directories differ: " + string.Join(' ', directories.Except(state.Directories).Concat(state.Directories.Except(directories)));
            if (!files.Keys.ToHashSet().SetEquals(state.Files.Keys))
                return "names differ: " + string.Join(' ', files.Keys.Except(state.Files.Keys).Concat(state.Files.Keys.Except(files.Keys)));
            foreach ((string path, FileState file) in state.Files)
            {
                byte[] bytes = files[path];
                if (bytes.Length != file.Versions.Count * Blocks.Size)
                    return $"{path} has {bytes.Length} bytes instead of {file.Versions.Count * Blocks.Size}";
                for (int i = 0; i < file.Versions.Count; i++)
                {
                    uint? version = Blocks.Version(bytes.AsSpan(i * Blocks.Size, Blocks.Size), file.Id, i);
                    bool isNewer = mayBeNewer && file.WasLarge && version > file.Versions[i];
                    if (version != file.Versions[i] && !isNewer)
                        return $"{path}: block {i} of {file.Versions.Count} is of step {version?.ToString(CultureInfo.InvariantCulture) ?? "nothing"} instead of {file.Versions[i]}";
                }
            }
            return null;
        }

        private void Walk(IInode inode, string path)
        {
            if (inode is not IDirectoryInode directory)
            {
                inode.GetAttributes(out InodeAttributes a);
                files.Add(path, Facts.ReadAll(inode, (long)a.Size));
                return;
            }
            directories.Add(path);
            foreach (string name in Facts.Names(directory))
            {
                Assert.Equal((Errno)0, directory.Lookup(Encoding.ASCII.GetBytes(name), out IInode? child));
                Walk(child!, $"{path}/{name}");
            }
        }
    }
}
