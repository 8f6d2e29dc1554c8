using System.Diagnostics;
using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Pool;
using Zonix.FileSystems.Tests;
using Zonix.Kernel.Vfs;

namespace Zonix.Storage.Tests;

/// <summary>What must not depend on how much there is. The figures are printed; the limits here are wide, for busy machines.</summary>
public sealed class BudgetTests(ITestOutputHelper output) : IDisposable
{
    private const int Directories = 100, FilesEach = 100;
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Snapshots_clones_and_rollback_take_the_same_short_time_whatever_there_is()
    {
        using Pool pool = Pool.Open(directory.Path);
        Dataset image = pool.Create("image", new DatasetProperties { Sync = SyncMode.Disabled, SharesContents = true });
        using (PoolTree open = PoolTree.Open(image))
        {
            Measure("unpack 10,000 files", 20_000, () => Unpack(open.FileSystem));
            Measure("first snapshot", 5_000, () => pool.Snapshot("image", "ready"));
        }
        using Tree machine = Tree.On(vfs => new FileSystems.Tmpfs.TmpFileSystem(vfs));
        Open(pool, machine.Vfs, "warm", files: true).Dispose();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var zones = new List<DatasetFileSystem>();
        Measure("1,000 clones made, opened and read a little", 20_000, () =>
        {
            for (int i = 0; i < 1000; i++)
                zones.Add(Open(pool, machine.Vfs, $"zone{i}", files: false));
        });
        output.WriteLine($"memory of each: {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1000} bytes");
        DatasetFileSystem one = zones[0];
        Measure("snapshot", 5_000, () => pool.Snapshot("zone0", "before"));
        Measure("remove everything", 10_000, () => RemoveAll((IDirectoryInode)one.Root.Inode!));
        Measure("discard and roll back", 5_000, () =>
        {
            one.Close(discards: true);
            pool.Rollback("zone0@before");
        });
        Measure("close 999 zones", 20_000, () => zones.ForEach(z => z.Dispose()));
    }

    private static DatasetFileSystem Open(Pool pool, VirtualFileSystem vfs, string name, bool files)
    {
        DatasetFileSystem made = DatasetFileSystem.Open(vfs, pool.Clone("image@ready", name));
        for (int i = 0; i < (files ? Directories : 3); i++)
        {
            Assert.Equal((Errno)0, ((IDirectoryInode)made.Root.Inode!).Lookup(Encoding.ASCII.GetBytes($"directory{i}"), out IInode? found));
            Assert.Equal((Errno)0, ((IDirectoryInode)found!).Lookup("file7"u8, out IInode? file));
            file!.GetAttributes(out _);
        }
        return made;
    }

    private static void Unpack(DatasetFileSystem fileSystem)
    {
        var root = (IDirectoryInode)fileSystem.Root.Inode!;
        for (int i = 0; i < Directories; i++)
        {
            Assert.Equal((Errno)0, root.Create(Encoding.ASCII.GetBytes($"directory{i}"), new NewInode(FileModeBits.S_IFDIR | 0x1ED, 0, 0), out IInode? made));
            for (int j = 0; j < FilesEach; j++)
                Write((IDirectoryInode)made!, $"file{j}", j % 20 == 0 ? 40_000 : 3_000 + j, i);
        }
        fileSystem.Sync();
    }

    private static void Write(IDirectoryInode parent, string name, int length, int seed)
    {
        Assert.Equal((Errno)0, parent.Create(Encoding.ASCII.GetBytes(name), new NewInode(FileModeBits.S_IFREG | 0x1A4, 0, 0), out IInode? file));
        Assert.Equal((Errno)0, ((IOpenableInode)file!).Open(OpenFlags.O_WRONLY, out IFile? opened));
        byte[] bytes = new byte[length];
        new Random(seed + length).NextBytes(bytes);
        var buffer = new UserBuffer(bytes, 0, length);
        long offset = 0;
        Assert.Equal(length, ((IWritable)opened!).Write(ref buffer, ref offset).Value);
        opened.Close();
    }

    private static void RemoveAll(IDirectoryInode parent)
    {
        Assert.Equal((Errno)0, parent.OpenDirectory(out IDirectoryFile? opened));
        var listing = new List<byte[]>();
        long position = 0;
        byte[] space = new byte[65536];
        while (true)
        {
            var buffer = new DirectoryBuffer(space);
            opened!.ReadEntries(ref position, ref buffer, 0);
            if (buffer.Length == 0)
                break;
            for (int at = 0; at < buffer.Length; at += BitConverter.ToUInt16(space, at + 16))
                listing.Add(space[(at + DirectoryBuffer.HeaderSize)..Array.IndexOf(space, (byte)0, at + DirectoryBuffer.HeaderSize)]);
        }
        foreach (byte[] name in listing.Where(n => n is not [(byte)'.'] and not [(byte)'.', (byte)'.']))
        {
            parent.Lookup(name, out IInode? found);
            if (found is IDirectoryInode directory)
            {
                RemoveAll(directory);
                Assert.Equal((Errno)0, parent.RemoveDirectory(name, directory));
            }
            else
            {
                Assert.Equal((Errno)0, parent.Unlink(name, found!));
            }
        }
    }

    private void Measure(string what, long limitMs, Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        output.WriteLine($"{what}: {watch.Elapsed.TotalMilliseconds:0.0} ms");
        Assert.True(watch.ElapsedMilliseconds < limitMs, $"{what} took {watch.ElapsedMilliseconds} ms");
    }
}
