namespace Zonix.Images.Unpacking;

/// <content>The way to an entry, and what is taken away.</content>
public sealed partial class TreeWriter
{
    private const int MaxLinks = 40;

    /// <summary>The directory an entry belongs in, which is made if it is missing, and its name there.</summary>
    private Dentry Place(ReadOnlySpan<byte> path, Timestamp time, out ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> place = TreePath.Split(path, out name);
        if (place.IsEmpty)
        {
            CheckWritable(path, start);
            KeepTimes(root);
            return root;
        }
        if (lastPlace is not null && place.SequenceEqual(lastPlace))
            return lastDirectory!;
        Dentry directory = Walk(path, place, makes: true, time)!;
        KeepTimes(directory);
        (lastPlace, lastDirectory) = (place.ToArray(), directory);
        return directory;
    }

    /// <summary>The entry of that name, itself and not what it links to; null: there is none.</summary>
    private Dentry? FindEntry(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> place = TreePath.Split(path, out ReadOnlySpan<byte> name);
        Dentry? directory = place.IsEmpty ? root : Walk(path, place, makes: false, default);
        return directory is null || name.IsEmpty ? directory : Find(path, directory, name);
    }

    // Links are followed as a process whose root this is would; ".." in them stops at the root.
    private Dentry? Walk(ReadOnlySpan<byte> path, ReadOnlySpan<byte> place, bool makes, Timestamp time)
    {
        if (HasMounts)
        {
            if (WalkMounts(path, place, makes, time) is not { } directory)
                return null;
            CheckWritable(path, directory);
            return directory.Dentry;
        }
        Dentry at = root;
        int links = 0;
        ReadOnlySpan<byte> rest = place;
        while (!rest.IsEmpty)
        {
            int slash = rest.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[(slash + 1)..];
            if (name.IsEmpty || name is [(byte)'.'])
                continue;
            if (name is [(byte)'.', (byte)'.'])
            {
                at = at.Parent;
                continue;
            }
            Dentry? next = Find(path, at, name);
            if (next is null)
            {
                if (!makes)
                    return null;
                next = MakeImplied(path, at, name, time);
            }
            if (next.Inode is ISymbolicLink link)
            {
                if (++links > MaxLinks)
                    throw Failed(path, "follow the links to", Errno.ELOOP);
                byte[] text = ReadLink(path, link);
                if (text.AsSpan().StartsWith("/"u8))
                    at = root;
                rest = (byte[])[.. text, (byte)'/', .. rest];
                continue;
            }
            if (!next.Inode!.Access.IsDirectory)
                return makes ? throw Failed(path, "make", Errno.ENOTDIR) : null;
            at = next;
        }
        return at;
    }

    private Dentry MakeImplied(ReadOnlySpan<byte> path, Dentry parent, ReadOnlySpan<byte> name, Timestamp time)
    {
        KeepTimes(parent);
        Dentry made = Create(path, parent, name, new NewInode(FileModeBits.S_IFDIR | ImpliedDirectoryMode, 0, 0));
        directoryTimes[made] = (time, time);
        written.Add(made);
        return made;
    }

    private static byte[] ReadLink(ReadOnlySpan<byte> path, ISymbolicLink link)
    {
        Span<byte> text = stackalloc byte[4096];
        Errno e = link.ReadLink(text, out int length);
        return e == 0 ? text[..Math.Min(length, text.Length)].ToArray() : throw Failed(path, "follow the links to", e);
    }

    private static Dentry? Find(ReadOnlySpan<byte> path, Dentry directory, ReadOnlySpan<byte> name)
    {
        Errno e = DentryOperations.Find(directory, name, out Dentry? found);
        return e == 0 ? found : throw Failed(path, "find", e);
    }

    private static Dentry Create(ReadOnlySpan<byte> path, Dentry parent, ReadOnlySpan<byte> name, in NewInode what)
    {
        Errno e = DentryOperations.Create(parent, name, what, out Dentry? made);
        return e == 0 ? made! : throw Failed(path, "make", e);
    }

    private static Timestamp ModifyTime(IInode inode)
    {
        inode.GetAttributes(out InodeAttributes attributes);
        return attributes.Modify;
    }

    // A directory is about to change that no entry may mention.
    private void KeepTimes(Dentry directory)
    {
        if (HasMounts || directoryTimes.ContainsKey(directory))
            return;
        directory.Inode!.GetAttributes(out InodeAttributes attributes);
        directoryTimes.Add(directory, (attributes.Access, attributes.Modify));
    }

    private void RemoveTree(ReadOnlySpan<byte> path, Dentry entry)
    {
        (lastPlace, lastDirectory) = (null, null);
        if (entry.Inode!.Access.IsDirectory)
            RemoveBelow(path, entry, null);
        RemoveOne(path, entry);
    }

    private void RemoveOne(ReadOnlySpan<byte> path, Dentry entry)
    {
        CheckUncovered(path, entry);
        Errno e = DentryOperations.Remove(entry.Parent, entry.Name);
        if (e != 0)
            throw Failed(path, "remove", e);
        directoryTimes.Remove(entry);
        written.Remove(entry);
    }

    /// <summary>Empties a directory, but for what is in <paramref name="kept"/> and what leads there. Trees may be deep: no recursion.</summary>
    private void RemoveBelow(ReadOnlySpan<byte> path, Dentry directory, HashSet<Dentry>? kept)
    {
        (lastPlace, lastDirectory) = (null, null);
        var pending = new Stack<(Dentry Directory, bool Listed)>();
        pending.Push((directory, false));
        while (pending.TryPop(out (Dentry Directory, bool Listed) next))
        {
            if (next.Listed)
            {
                if (kept?.Contains(next.Directory) != true && DirectoryEntries.IsEmpty((IDirectoryInode)next.Directory.Inode!))
                    RemoveOne(path, next.Directory);
                continue;
            }
            if (!ReferenceEquals(next.Directory, directory))
                pending.Push((next.Directory, true));
            foreach (byte[] name in DirectoryEntries.List(path, (IDirectoryInode)next.Directory.Inode!))
            {
                if (Find(path, next.Directory, name) is not { } child)
                    continue;
                if (child.Inode!.Access.IsDirectory)
                    pending.Push((child, false));
                else if (kept?.Contains(child) != true)
                    RemoveOne(path, child);
            }
            if (kept is not null)
                KeepTimes(next.Directory);
        }
    }
}
