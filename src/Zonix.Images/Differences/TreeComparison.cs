using Zonix.FileSystems;
using Zonix.Images.Unpacking;

namespace Zonix.Images.Differences;

/// <summary>
/// Finds what is different in a tree. An entry is as it was when type, permissions, owner, links, times of change, size,
/// attributes and content are; content is read only where the change time says that something happened. Nobody may write to
/// either tree meanwhile.
/// </summary>
public sealed class TreeComparison
{
    private const int ChunkSize = 128 * 1024;
    private readonly List<TreeChange> changes = [];

    // Files of several names: those that changed, and the names that did not, which an archive of the changes has to hold too.
    private readonly HashSet<ulong> changedLinks = [];
    private readonly List<(byte[] Path, Dentry Entry, ulong Number)> unchangedLinks = [];
    private readonly List<(byte[] Path, Dentry Directory)> changedDirectories = [];
    private readonly byte[] left = new byte[ChunkSize], right = new byte[ChunkSize];

    private TreeComparison()
    {
    }

    /// <summary>All differences, by path; a directory comes before what is in it, also when nothing else of it changed.</summary>
    /// <param name="old">As it was; null: as if it had been empty.</param>
    /// <param name="current">As it is.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static IReadOnlyList<TreeChange> Compare(IFileSystem? old, IFileSystem current, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(current);
        var comparison = new TreeComparison();
        comparison.Walk(old?.Root, current.Root, cancellation);
        comparison.AddNames();
        comparison.AddDirectories();
        comparison.changes.Sort(static (a, b) => Order(a.PathBytes, b.PathBytes));
        return comparison.changes;
    }

    // Directories that are in both trees, from the top; deep trees need no deep stack.
    private void Walk(Dentry? oldRoot, Dentry currentRoot, CancellationToken cancellation)
    {
        var pending = new Stack<(byte[] Path, Dentry? Old, Dentry Current)>();
        pending.Push(([], oldRoot, currentRoot));
        while (pending.TryPop(out (byte[] Path, Dentry? Old, Dentry Current) next))
        {
            cancellation.ThrowIfCancellationRequested();
            int before = changes.Count;
            HashSet<byte[]>? gone = next.Old is null ? null : new(DirectoryEntries.List(next.Path, (IDirectoryInode)next.Old.Inode!), NameComparer.Instance);
            foreach (byte[] name in DirectoryEntries.List(next.Path, (IDirectoryInode)next.Current.Inode!))
            {
                gone?.Remove(name);
                Dentry? old = next.Old is null ? null : Find(next.Path, next.Old, name);
                if (Find(next.Path, next.Current, name) is { } current && Add(Join(next.Path, name), old, current) is { } entered)
                    pending.Push(entered);
            }
            foreach (byte[] name in gone ?? [])
                changes.Add(new TreeChange(Join(next.Path, name), ChangeKind.Deleted, null));
            if (changes.Count > before)
                changedDirectories.Add((next.Path, next.Current));
        }
    }

    // The directory to go on in, if it is one.
    private (byte[] Path, Dentry? Old, Dentry Current)? Add(byte[] path, Dentry? old, Dentry current)
    {
        IInode inode = current.Inode!;
        InodeAttributes now = InodeReading.Attributes(path, inode);
        bool same = old is not null && IsSame(path, old.Inode!, inode, now);
        bool hasNames = now.Links > 1 && !inode.Access.IsDirectory;
        if (!same)
            changes.Add(new TreeChange(path, old is null ? ChangeKind.Added : ChangeKind.Changed, inode));
        if (hasNames && same)
            unchangedLinks.Add((path, current, now.Inode));
        else if (hasNames)
            changedLinks.Add(now.Inode);
        if (!inode.Access.IsDirectory)
            return null;
        return (path, old?.Inode!.Access.IsDirectory == true ? old : null, current);
    }

    private void AddNames()
    {
        foreach ((byte[] path, Dentry entry, ulong number) in unchangedLinks)
        {
            if (changedLinks.Contains(number))
            {
                changes.Add(new TreeChange(path, ChangeKind.Changed, entry.Inode));
                changedDirectories.Add((TreePath.Split(path, out _).ToArray(), entry.Parent));
            }
        }
    }

    private void AddDirectories()
    {
        var known = new HashSet<byte[]>(changes.Select(static change => change.PathBytes), NameComparer.Instance);
        foreach ((byte[] directory, Dentry entry) in changedDirectories)
        {
            Dentry at = entry;
            for (byte[] path = directory; path.Length > 0 && known.Add(path); path = TreePath.Split(path, out _).ToArray(), at = at.Parent)
                changes.Add(new TreeChange(path, ChangeKind.Changed, at.Inode));
        }
    }

    private bool IsSame(byte[] path, IInode old, IInode current, in InodeAttributes now)
    {
        InodeAttributes then = InodeReading.Attributes(path, old);
        bool isDirectory = current.Access.IsDirectory;
        if (then.Mode != now.Mode || then.Uid != now.Uid || then.Gid != now.Gid || then.Rdev != now.Rdev || then.Modify != now.Modify)
            return false;
        if (!isDirectory && (then.Size != now.Size || then.Links != now.Links))
            return false;
        if (then.Change == now.Change)
            return true;
        return HasSameAttributes(path, old, current) && HasSameContent(path, old, current, (long)now.Size);
    }

    private static bool HasSameAttributes(byte[] path, IInode old, IInode current)
    {
        List<ExtendedAttribute>? then = InodeReading.Extended(path, old), now = InodeReading.Extended(path, current);
        if ((then?.Count ?? 0) != (now?.Count ?? 0))
            return false;
        for (int i = 0; i < (then?.Count ?? 0); i++)
        {
            if (!then![i].Name.AsSpan().SequenceEqual(now![i].Name) || !then[i].Value.AsSpan().SequenceEqual(now[i].Value))
                return false;
        }
        return true;
    }

    private bool HasSameContent(byte[] path, IInode old, IInode current, long size)
    {
        if (current is ISymbolicLink link)
            return InodeReading.LinkText(path, link).AsSpan().SequenceEqual(InodeReading.LinkText(path, (ISymbolicLink)old));
        if (current.Access.Type != FileModeBits.S_IFREG || size == 0)
            return true;
        IFile then = InodeReading.Open(path, old), now = InodeReading.Open(path, current);
        bool same = true;
        for (long at = 0; same && at < size; at += ChunkSize)
        {
            int a = InodeReading.Read(path, then, left, ChunkSize, at), b = InodeReading.Read(path, now, right, ChunkSize, at);
            same = left.AsSpan(0, a).SequenceEqual(right.AsSpan(0, b));
        }
        then.Close();
        now.Close();
        return same;
    }

    private static Dentry? Find(byte[] path, Dentry directory, byte[] name)
    {
        Errno e = DentryOperations.Find(directory, name, out Dentry? found);
        return e == 0 ? found : throw TreeWriter.Failed(Join(path, name), "find", e);
    }

    private static byte[] Join(byte[] path, byte[] name) => path.Length == 0 ? name : [.. path, (byte)'/', .. name];

    // As a walk would come by: what is in a directory before the directory's next neighbour.
    private static int Order(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int common = a.CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length - b.Length;
        int x = a[common] == '/' ? 0 : a[common], y = b[common] == '/' ? 0 : b[common];
        return x - y;
    }
}
