using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Pool;
using Zonix.Kernel;
using Zonix.Kernel.Vfs;
using Zonix.Storage;

namespace Zonix.Zones.Tests;

/// <summary>Zones whose root is a dataset: what programs write is there in the next zone, and in clones.</summary>
public sealed class PoolRootTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_a_program_writes_is_there_for_the_next_zone()
    {
        string folder = Directory.CreateTempSubdirectory("zonix-poolroot-").FullName;
        try
        {
            string program = Path.Combine(folder, "program");
            if (!GuestCompiler.TryCompile("pool_files.c", program))
            {
                Assert.Skip("gcc is not installed");
                return;
            }
            byte[] bytes = await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken);
            using (Pool pool = Pool.Open(Path.Combine(folder, "pool")))
            {
                pool.Create("image", new DatasetProperties { SharesContents = true });
                await RunAsync(pool.Find("image")!, bytes, null);
                pool.Snapshot("image", "ready");
                pool.Clone("image@ready", "zone");
                Assert.Equal(0, await RunAsync(pool.Find("zone")!, null, "write"));
                pool.Snapshot("zone", "written");
                pool.Clone("zone@written", "clone");
                Assert.Equal(0, await RunAsync(pool.Find("clone")!, null, "check"));
            }
            using (Pool pool = Pool.Open(Path.Combine(folder, "pool")))
            {
                Assert.Equal(0, await RunAsync(pool.Find("zone")!, null, "check"));
                Assert.Equal(0, await RunAsync(pool.Find("zone")!, null, "check"));
                pool.Settle();
                Assert.Empty(pool.Scrub(TestContext.Current.CancellationToken).Findings);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Puts the program into the dataset, or runs it there.
    private static async Task<int> RunAsync(Dataset dataset, byte[]? program, string? argument)
    {
        using var machine = new ZoneMachine();
        using DatasetFileSystem root = DatasetFileSystem.Open(machine.FileSystems, dataset);
        if (program is not null)
        {
            var directory = (IDirectoryInode)root.Root.Inode!;
            Assert.Equal((Errno)0, directory.Create("program"u8, new NewInode(FileModeBits.S_IFREG | 0x1ED, 0, 0), out IInode? made));
            Assert.Equal((Errno)0, ((IOpenableInode)made!).Open(OpenFlags.O_WRONLY, out IFile? file));
            var buffer = new UserBuffer(program, 0, program.Length);
            long offset = 0;
            Assert.Equal(program.Length, ((IWritable)file!).Write(ref buffer, ref offset).Value);
            file.Close();
            foreach (byte[] name in (byte[][])[[.. "proc"u8], [.. "dev"u8], [.. "sys"u8], [.. "tmp"u8]])
                Assert.Equal((Errno)0, directory.Create(name, new NewInode(FileModeBits.S_IFDIR | 0x1ED, 0, 0), out _));
            return 0;
        }
        Assert.Equal((Errno)0, Zone.Create(machine, new ZoneOptions { Root = root, UsesStandardStreams = true }, out Zone? zone));
        using (zone)
        {
            SysResult started = zone!.Start("/program"u8.ToArray(), [Encoding.ASCII.GetBytes(argument!)], [], "/", needsDirectory: false, out var process);
            Assert.False(started.IsError, started.Error.ToString());
            return await process!.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
    }
}
