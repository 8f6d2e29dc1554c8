using System.Text;
using Zonix.Abi;
using Zonix.Cli.Client;
using Zonix.Host.Files;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;

namespace Zonix.Cli.Copying;

/// <summary>
/// Unpacks an archive that a zone has made into a directory of the host. Nothing is written outside of it: every name is made in a
/// directory that is held, and no link is followed, whether it was there before or came with the archive.
/// </summary>
/// <param name="target">The directory.</param>
/// <param name="oldName">The first part of all names in the archive; null: they are relative to what was packed.</param>
/// <param name="newName">What stands in its place; null: nothing, so that the contents go into the directory itself.</param>
/// <param name="keepsOwners">Whether owners and set-ID bits are the archive's; else all is the caller's.</param>
internal sealed class HostUnpacker(HostDirectory target, byte[]? oldName, byte[]? newName, bool keepsOwners)
{
    private const uint Permissions = 0x3FF, AllBits = 0xFFF, OwnDirectory = 0x1C0, OwnFile = 0x180, UsualDirectory = 0x1ED;
    private const int ChunkSize = 128 << 10;
    private readonly byte[] chunk = new byte[ChunkSize];
    private readonly List<(byte[][] Path, EntryAttributes Attributes)> directories = [];

    /// <summary>Bytes of files that were unpacked.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Unpacks all.</summary>
    internal void Unpack(TarReader archive)
    {
        while (archive.Next() is { } entry)
        {
            byte[][] path = Place(entry.Name, entry.Name);
            if (path.Length == 0)
                continue;
            using Held parent = Open(path.AsSpan(0, path.Length - 1), entry.Name);
            Put(archive, entry, parent.Directory, path);
        }

        // What is in a directory changes its time, and may need more than its permissions.
        for (int i = directories.Count - 1; i >= 0; i--)
        {
            using Held made = Open(directories[i].Path, directories[i].Path[^1]);
            SetAttributes(new HostEntry(made.Directory.Descriptor), directories[i].Attributes, isLink: false, directories[i].Path[^1]);
        }
    }

    private byte[][] Place(byte[] name, byte[] shown)
    {
        var parts = new List<byte[]>();
        foreach (Range range in name.AsSpan().Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = name.AsSpan(range);
            if (part is [(byte)'.', (byte)'.'] || part.Contains((byte)0))
                throw new CommandException($"the archive names {Show(shown)}, which leads elsewhere; nothing was written there");
            if (!part.IsEmpty && part is not [(byte)'.'])
                parts.Add(part.ToArray());
        }

        if (oldName is not null)
        {
            if (parts.Count == 0 || !parts[0].AsSpan().SequenceEqual(oldName))
                throw new CommandException($"the archive names {Show(shown)}, which is not what was asked for");
            parts.RemoveAt(0);
        }

        if (newName is not null)
            parts.Insert(0, newName);
        return [.. parts];
    }

    private Held Open(ReadOnlySpan<byte[]> path, byte[] shown)
    {
        var at = new Held(target, isOwned: false);
        foreach (byte[] part in path)
        {
            int e = at.Directory.OpenDirectory(part, out HostDirectory? next);
            if ((Errno)e == Errno.ENOENT)
            {
                e = at.Directory.MakeDirectory(part, UsualDirectory);
                if (e == 0)
                    e = at.Directory.OpenDirectory(part, out next);
            }

            at.Dispose();
            if ((Errno)e is Errno.ELOOP or Errno.ENOTDIR)
                throw new CommandException($"{Show(shown)}: '{Show(part)}' on the way is a link or a file; nothing was written there");
            Require(e, shown);
            at = new Held(next!, isOwned: true);
        }

        return at;
    }

    private void Put(TarReader archive, TarEntry entry, HostDirectory parent, byte[][] path)
    {
        byte[] name = path[^1];
        bool isDirectory = entry.Kind == TarEntryKind.Directory;
        if (parent.Stat(name, out HostStat old) == 0)
        {
            bool wasDirectory = (old.Mode & FileModeBits.S_IFMT) == FileModeBits.S_IFDIR;
            if (wasDirectory != isDirectory)
                throw new CommandException($"{Show(entry.Name)}: cannot overwrite {(wasDirectory ? "a directory with something else" : "with a directory what is none")}");
            if (!wasDirectory)
                Require(parent.Remove(name, directory: false), entry.Name);
        }
        else if (isDirectory)
        {
            Require(parent.MakeDirectory(name, OwnDirectory), entry.Name);
        }

        if (isDirectory)
            directories.Add((path, entry.Attributes));
        else if (entry.Kind == TarEntryKind.File)
            PutFile(archive, entry, parent, name);
        else
            PutOther(entry, parent, name);
    }

    private void PutFile(TarReader archive, TarEntry entry, HostDirectory parent, byte[] name)
    {
        Require(parent.CreateFile(name, OwnFile, out HostFile? file), entry.Name);
        using (file)
        {
            foreach (TarSegment segment in entry.Segments ?? [new TarSegment(0, entry.Size)])
                Copy(archive, file!, segment, entry.Name);
            if (entry.Segments is not null)
                Require(file!.Truncate(entry.Size), entry.Name);
            SetAttributes(new HostEntry(file!.Handle), entry.Attributes, isLink: false, entry.Name);
        }
    }

    private void Copy(TarReader archive, HostFile file, TarSegment segment, byte[] name)
    {
        for (long at = segment.Offset, end = at + segment.Length; at < end;)
        {
            int n = archive.Read(chunk.AsSpan(0, (int)Math.Min(ChunkSize, end - at)));
            for (int done = 0; done < n;)
            {
                long written = file.PWrite(chunk.AsSpan(done, n - done), at);
                Require((int)Math.Max(0, -written), name);
                done += (int)written;
                at += written;
            }

            Bytes += n;
        }
    }

    private void PutOther(TarEntry entry, HostDirectory parent, byte[] name)
    {
        switch (entry.Kind)
        {
            case TarEntryKind.SymbolicLink:
                Require(parent.MakeLink(name, entry.LinkName), entry.Name);
                break;
            case TarEntryKind.HardLink:
                Link(entry, parent, name);
                return;
            case TarEntryKind.Fifo:
                Require(parent.MakeNode(name, FileModeBits.S_IFIFO | OwnFile, 0), entry.Name);
                break;
            default:
                // A zone's root makes what devices it likes; on the host each would lead to a real one.
                throw new CommandException($"{Show(entry.Name)}: a device, which is not made on the host");
        }

        Require(parent.OpenEntry(name, out HostDescriptor? made), entry.Name);
        using (made)
            SetAttributes(new HostEntry(made!), entry.Attributes, entry.Kind == TarEntryKind.SymbolicLink, entry.Name);
    }

    private void Link(TarEntry entry, HostDirectory parent, byte[] name)
    {
        byte[][] source = Place(entry.LinkName, entry.Name);
        using Held from = Open(source.AsSpan(0, Math.Max(0, source.Length - 1)), entry.Name);
        Require(from.Directory.OpenEntry(source.Length == 0 ? default : source[^1], out HostDescriptor? old), entry.Name);
        using (old)
            Require(new HostEntry(old!).Link(parent, name), entry.Name);
    }

    private void SetAttributes(HostEntry entry, in EntryAttributes attributes, bool isLink, byte[] name)
    {
        if (keepsOwners && Environment.IsPrivilegedProcess)
            Require(entry.SetOwner(attributes.Uid, attributes.Gid), name);

        // Set-ID bits would give away the caller's rights when the owner is another than it was.
        if (!isLink)
            Require(entry.SetMode(attributes.Mode & (keepsOwners ? AllBits : Permissions)), name);
        var time = new HostTime(attributes.Modify.Seconds, attributes.Modify.Nanoseconds);
        Require(entry.SetTimes(attributes.Access is { } access ? new HostTime(access.Seconds, access.Nanoseconds) : time, time), name);
    }

    private static string Show(byte[] name) => Encoding.UTF8.GetString(name);

    private static void Require(int errno, byte[] name)
    {
        if (errno != 0)
            throw new CommandException($"{Show(name)}: {ErrnoText.Describe((Errno)errno)}");
    }

    private readonly struct Held(HostDirectory directory, bool isOwned) : IDisposable
    {
        public HostDirectory Directory { get; } = directory;

        public void Dispose()
        {
            if (isOwned)
                Directory.Dispose();
        }
    }
}
