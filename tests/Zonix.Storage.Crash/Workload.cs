using System.Globalization;
using System.Text;
using Zonix.Abi;
using Zonix.FileSystems.Pool;
using Zonix.Kernel;
using Zonix.Kernel.Vfs;

namespace Zonix.Storage.Crash;

/// <summary>Random steps in a dataset. Each is written to the journal before it is done, and what was synced after it was.</summary>
internal sealed class Workload(Pool pool, DatasetFileSystem fileSystem, FileStream journal, int seed)
{
    private const int MaxFiles = 150;
    private readonly State state = new();
    private readonly Random random = new(seed);
    private readonly List<string> snapshots = [];
    private uint step, lastFile;

    /// <summary>Goes on until the process is killed.</summary>
    public void Run()
    {
        while (true)
        {
            switch (random.Next(100))
            {
                case < 4:
                    MakeDirectory();
                    break;
                case < 30 when state.Files.Count < MaxFiles:
                    Create();
                    break;
                case < 65:
                    Write();
                    break;
                case < 68:
                    OnFile(path => Do($"empty {path}", () => Empty(path)));
                    break;
                case < 76:
                    Move("rename");
                    break;
                case < 80:
                    Move("link");
                    break;
                case < 90:
                    OnFile(Unlink);
                    break;
                case < 96:
                    OnFile(Sync);
                    break;
                case < 98:
                    pool.Sync(fileSystem.Dataset);
                    Note($"synced {step}");
                    break;
                default:
                    Snapshot();
                    break;
            }
        }
    }

    private void MakeDirectory()
    {
        string path = $"{AnyDirectory()}/d{step}";
        if (path.Count(c => c == '/') > 4)
            return;
        Do($"mkdir {path}", () => Make(path, FileModeBits.S_IFDIR | 0x1ED));
    }

    private void Create()
    {
        string path = $"{AnyDirectory()}/f{step}";
        Do($"create {path} {++lastFile}", () => Make(path, FileModeBits.S_IFREG | 0x1A4));
        WriteTo(path);
    }

    private void Write() => OnFile(WriteTo);

    private void WriteTo(string path)
    {
        FileState file = state.Files[path];
        // Few blocks or many, at the end or anywhere.
        int count = random.Next(4) == 0 ? random.Next(1, 3000) : random.Next(1, 60);
        int first = random.Next(2) == 0 ? file.Versions.Count : random.Next(file.Versions.Count + 1);
        if (first + count > 8000)
            return;
        string text = $"write {path} {first} {count}";
        Do(text, () =>
        {
            byte[] bytes = Blocks.Make(file.Id, first, count, step);
            Check(((IOpenableInode)Find(path)).Open(OpenFlags.O_WRONLY, out IFile? opened));
            var buffer = new UserBuffer(bytes, 0, bytes.Length);
            long offset = (long)first * Blocks.Size;
            SysResult put = ((IWritable)opened!).Write(ref buffer, ref offset);
            opened.Close();
            Check(put.IsError ? put.Error : put.Value == bytes.Length ? 0 : Errno.ENOSPC);
        });
    }

    private void Empty(string path)
    {
        Check(((IOpenableInode)Find(path)).Open(OpenFlags.O_WRONLY | OpenFlags.O_TRUNC, out IFile? opened));
        opened!.Close();
    }

    private void Move(string how) => OnFile(path =>
    {
        string target = $"{AnyDirectory()}/m{step}";
        Do($"{how} {path} {target}", () =>
        {
            (IDirectoryInode from, byte[] name) = Place(path);
            (IDirectoryInode to, byte[] newName) = Place(target);
            IInode inode = Find(path);
            Check(how == "link" ? to.Link(newName, inode) : from.Rename(name, inode, to, newName, null, 0));
        });
    });

    private void Unlink(string path) => Do($"unlink {path}", () =>
    {
        (IDirectoryInode parent, byte[] name) = Place(path);
        Check(parent.Unlink(name, Find(path)));
    });

    private void Sync(string path)
    {
        Check(((IOpenableInode)Find(path)).Open(OpenFlags.O_RDONLY, out IFile? opened));
        Check(((ISyncable)opened!).Sync(dataOnly: false));
        opened.Close();
        Note($"synced {step}");
    }

    private void Snapshot()
    {
        Snapshot made = pool.Snapshot(fileSystem.Dataset.Name, $"s{step}");
        Note($"synced {step}");
        Note($"snapshot {made.ShortName} {step}");
        snapshots.Add(made.Name);
        if (random.Next(3) == 0)
        {
            Dataset clone = pool.Clone(made.Name, $"{fileSystem.Dataset.Name}-clone{step}");
            pool.Destroy(clone.Name);
        }
        if (snapshots.Count <= 3)
            return;
        int victim = random.Next(snapshots.Count);
        Note($"destroys {snapshots[victim].Split('@')[1]}");
        pool.Destroy(snapshots[victim]);
        snapshots.RemoveAt(victim);
    }

    private void Do(string text, Action action)
    {
        step++;
        Note($"step {step} {text}");
        action();
        state.Apply(step, text);
    }

    private void Note(string line)
    {
        journal.Write(Encoding.ASCII.GetBytes(line + "\n"));
        journal.Flush();
    }

    private void OnFile(Action<string> action)
    {
        if (state.Files.Count > 0)
            action(state.Files.Keys.ElementAt(random.Next(state.Files.Count)));
    }

    private string AnyDirectory() => state.Directories.ElementAt(random.Next(state.Directories.Count));

    private void Make(string path, uint mode)
    {
        (IDirectoryInode parent, byte[] name) = Place(path);
        Check(parent.Create(name, new NewInode(mode, 0, 0), out _));
    }

    private (IDirectoryInode Parent, byte[] Name) Place(string path)
    {
        int end = path.LastIndexOf('/');
        return ((IDirectoryInode)Find(path[..end]), Encoding.ASCII.GetBytes(path[(end + 1)..]));
    }

    private IInode Find(string path)
    {
        IInode at = fileSystem.Root.Inode!;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Check(((IDirectoryInode)at).Lookup(Encoding.ASCII.GetBytes(name), out IInode? found));
            at = found!;
        }
        return at;
    }

    private static void Check(Errno e)
    {
        if (e != 0)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"unexpected error {e}"));
    }
}
