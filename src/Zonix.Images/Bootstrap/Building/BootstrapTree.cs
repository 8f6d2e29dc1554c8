using System.Text;
using Zonix.FileSystems.Tmpfs;
using Zonix.Images.Bootstrap.Control;
using Zonix.Images.Bootstrap.Debs;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;

namespace Zonix.Images.Bootstrap.Building;

/// <summary>
/// The tree that a Debian is made in, in memory: first what dpkg needs to run is unpacked by our own hands, as the first stage
/// of debootstrap(8) does it, then dpkg does all once more by its rules.
/// </summary>
internal sealed class BootstrapTree : IDisposable
{
    private const string Archives = "var/cache/apt/archives";
    private readonly TmpFileSystem fileSystem;
    private readonly Timestamp time;

    // A file system in memory goes with its last mount: the tree shall outlive each of the zones.
    private readonly MountNamespace kept;

    /// <param name="vfs">The machine's.</param>
    /// <param name="time">The time of what no package brings.</param>
    public BootstrapTree(VirtualFileSystem vfs, Timestamp time)
    {
        Vfs = vfs;
        this.time = time;
        fileSystem = new TmpFileSystem(vfs, 0x1ED);
        kept = new MountNamespace(vfs, fileSystem);
    }

    public VirtualFileSystem Vfs { get; }

    public IFileSystem FileSystem => fileSystem;

    /// <summary>
    /// Makes /bin, /sbin and /lib links into /usr, as they are since Debian 12; packages that still have files there then put
    /// them behind the links. Unpacks packages, and sets up what dpkg must find.
    /// </summary>
    /// <param name="packages">The packages, and how their files are read.</param>
    /// <param name="read">Reads a package's file.</param>
    /// <param name="unpacked">Is told of each that is unpacked.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task UnpackAsync(
        IReadOnlyList<PackageRecord> packages, Func<PackageRecord, byte[]> read, Action<PackageRecord> unpacked, CancellationToken cancellation)
    {
        bool is64 = packages.Any(static one => one.Architecture is "amd64");
        string[] merged = is64 ? ["bin", "sbin", "lib", "lib64"] : ["bin", "sbin", "lib"];
        foreach (string name in merged)
        {
            Directory($"usr/{name}", 0x1ED);
            Link(name, $"usr/{name}");
        }
        // Decompression takes the time: some are decompressed ahead, one behind the other they are written.
        var ahead = new Queue<Task<MemoryStream>>();
        int next = 0;
        foreach (PackageRecord package in packages)
        {
            while (next < packages.Count && ahead.Count <= Environment.ProcessorCount)
            {
                PackageRecord one = packages[next++];
                ahead.Enqueue(Task.Run(() => Decompress(one, read), cancellation));
            }
            using MemoryStream content = await ahead.Dequeue().ConfigureAwait(false);
            TreeUnpacker.Unpack(new TarReader(content), Writer(), entry => entry.Kind != TarEntryKind.Directory || !IsMerged(entry.Name, merged), cancellation);
            unpacked(package);
        }
    }

    /// <summary>What dpkg must find before it runs for the first time: an empty database in which it is installed itself.</summary>
    public void PrepareDatabase(PackageRecord dpkg)
    {
        File("var/lib/dpkg/status", $"Package: dpkg\nVersion: {dpkg.Version}\nMaintainer: unknown\nStatus: install ok installed\n");
        File("var/lib/dpkg/available", "");
        File("var/lib/dpkg/info/dpkg.list", "");
        File("var/lib/dpkg/cmethopt", "apt apt\n");
        File("etc/fstab", "# UNCONFIGURED FSTAB FOR BASE SYSTEM\n");
    }

    /// <summary>Puts a package's file where apt keeps them.</summary>
    /// <returns>Its path in a zone.</returns>
    public string AddArchive(PackageRecord package, byte[] content)
    {
        string path = $"{Archives}/{package.CacheName}";
        Writer().MakeFile(Encoding.UTF8.GetBytes(path), Attributes(0x1A4), content);
        return "/" + path;
    }

    public void File(string path, string content, uint mode = 0x1A4)
    {
        TreeWriter writer = Writer();
        writer.MakeFile(Encoding.UTF8.GetBytes(path), Attributes(mode), Encoding.UTF8.GetBytes(content));
        writer.Complete();
    }

    public void Directory(string path, uint mode) => Writer().MakeDirectory(Encoding.UTF8.GetBytes(path), Attributes(mode));

    public void Link(string path, string target) =>
        Writer().MakeSymbolicLink(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(target), Attributes(0x1FF));

    public void Remove(string path) => Writer().Remove(Encoding.UTF8.GetBytes(path));

    /// <summary>What is there; null: nothing. No link is followed.</summary>
    public IInode? Find(string path)
    {
        Dentry at = fileSystem.Root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (at.Inode is not IDirectoryInode || DentryOperations.Find(at, Encoding.UTF8.GetBytes(name), out Dentry? next) != 0 || next is null)
                return null;
            at = next;
        }
        return at.Inode;
    }

    /// <summary>The names in a directory; empty when there is none.</summary>
    public IEnumerable<string> List(string path) =>
        Find(path) is IDirectoryInode directory ? DirectoryEntries.List(Encoding.UTF8.GetBytes(path), directory).Select(Encoding.UTF8.GetString) : [];

    /// <inheritdoc/>
    public void Dispose() => kept.Dispose();

    private static MemoryStream Decompress(PackageRecord package, Func<PackageRecord, byte[]> read)
    {
        var content = new MemoryStream();
        try
        {
            using Stream data = new DebFile(read(package), package.FileName).OpenData();
            data.CopyTo(content);
        }
        catch (ImageException e)
        {
            throw new BootstrapException($"{package.FileName} is no Debian package: {e.Message}", e);
        }
        content.Position = 0;
        return content;
    }

    private static bool IsMerged(byte[] name, string[] merged)
    {
        string path = Encoding.UTF8.GetString(name).Trim('/');
        return merged.Contains(path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path);
    }

    private EntryAttributes Attributes(uint mode) => new(mode, 0, 0, time);

    private TreeWriter Writer() => new(fileSystem, Vfs);
}
