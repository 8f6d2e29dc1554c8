using System.Text;
using Zonix.Abi;
using Zonix.Cli.Client;
using Zonix.Host.Files;
using Zonix.Images.Tar;
using Zonix.Images.Unpacking;
using Zonix.Kernel.Vfs;

namespace Zonix.Cli.Copying;

/// <summary>Packs files of the host. Links are packed as links; without <paramref name="keepsOwners"/> everything is root's.</summary>
internal sealed class HostPacker(TarWriter archive, bool keepsOwners)
{
    private const int ChunkSize = 128 << 10, PathMax = 4096;
    private readonly byte[] chunk = new byte[ChunkSize];
    private readonly Dictionary<(ulong, ulong), byte[]> firstNames = [];

    /// <summary>Bytes of files that were packed.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Packs an entry of a directory, and all below it, under a name of its own.</summary>
    internal void Pack(HostDirectory directory, ReadOnlySpan<byte> entry, byte[] name)
    {
        Require(directory.Stat(entry, out HostStat stat), name);
        if ((stat.Mode & FileModeBits.S_IFMT) != FileModeBits.S_IFDIR)
        {
            PackLeaf(directory, entry, name, stat);
            return;
        }

        Require(directory.OpenDirectory(entry, out HostDirectory? inner), name);
        using (inner)
            PackDirectory(inner!, name, stat);
    }

    /// <summary>Packs a directory.</summary>
    internal void PackDirectory(HostDirectory directory, byte[] name, in HostStat stat)
    {
        archive.WriteEntry(Entry(TarEntryKind.Directory, name, stat));
        foreach (byte[] child in List(directory, name))
            Pack(directory, child, [.. name, (byte)'/', .. child]);
    }

    private void PackLeaf(HostDirectory directory, ReadOnlySpan<byte> entry, byte[] name, in HostStat stat)
    {
        if (stat.Links > 1 && firstNames.TryGetValue((stat.Device, stat.Inode), out byte[]? first))
        {
            archive.WriteEntry(Entry(TarEntryKind.HardLink, name, stat, first));
            return;
        }

        if (stat.Links > 1)
            firstNames.Add((stat.Device, stat.Inode), name);
        switch (stat.Mode & FileModeBits.S_IFMT)
        {
            case FileModeBits.S_IFREG:
                PackFile(directory, entry, name, stat);
                break;
            case FileModeBits.S_IFLNK:
                Span<byte> text = stackalloc byte[PathMax];
                Require(directory.ReadLink(entry, text, out int length), name);
                archive.WriteEntry(Entry(TarEntryKind.SymbolicLink, name, stat, text[..length].ToArray()));
                break;
            case FileModeBits.S_IFIFO:
                archive.WriteEntry(Entry(TarEntryKind.Fifo, name, stat));
                break;
            case FileModeBits.S_IFCHR:
                archive.WriteEntry(Entry(TarEntryKind.CharacterDevice, name, stat));
                break;
            case FileModeBits.S_IFBLK:
                archive.WriteEntry(Entry(TarEntryKind.BlockDevice, name, stat));
                break;
            default:
                // Archives know no sockets.
                break;
        }
    }

    private void PackFile(HostDirectory directory, ReadOnlySpan<byte> entry, byte[] name, in HostStat stat)
    {
        const int ReadOnly = 0;
        Require(directory.OpenFile(entry, ReadOnly, out HostFile? file), name);
        using (file)
        {
            archive.WriteEntry(Entry(TarEntryKind.File, name, stat));
            for (long at = 0, size = (long)stat.Size; at < size;)
            {
                Span<byte> piece = chunk.AsSpan(0, (int)Math.Min(ChunkSize, size - at));
                long n = file!.PRead(piece, at);
                if (n <= 0)
                    throw new CommandException($"{Show(name)}: {(n < 0 ? ErrnoText.Describe((Errno)(-n)) : "it became shorter while it was read")}");
                archive.Write(piece[..(int)n]);
                at += n;
                Bytes += n;
            }
        }
    }

    private static List<byte[]> List(HostDirectory directory, byte[] name)
    {
        Require(directory.OpenReader(out HostDirectoryReader? reader), name);
        var names = new List<byte[]>();
        using (reader)
        {
            while (true)
            {
                Require(reader!.Next(out bool more, out _, out _, out ReadOnlySpan<byte> child), name);
                if (!more)
                    break;
                if (child is not ([(byte)'.'] or [(byte)'.', (byte)'.']))
                    names.Add(child.ToArray());
            }
        }

        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    private TarEntry Entry(TarEntryKind kind, byte[] name, in HostStat stat, byte[]? link = null) => new()
    {
        Kind = kind,
        Name = name,
        LinkName = link ?? [],
        Rdev = stat.Rdev,
        Size = kind == TarEntryKind.File ? (long)stat.Size : 0,
        Attributes = new EntryAttributes(
            stat.Mode, keepsOwners ? stat.Uid : 0, keepsOwners ? stat.Gid : 0, new Timestamp(stat.Modify.Seconds, stat.Modify.Nanoseconds)),
    };

    private static string Show(byte[] name) => Encoding.UTF8.GetString(name);

    private static void Require(int errno, byte[] name)
    {
        if (errno != 0)
            throw new CommandException($"{Show(name)}: {ErrnoText.Describe((Errno)errno)}");
    }
}
