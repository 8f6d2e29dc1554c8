using System.Text;
using Zonix.Cli.Client;
using Zonix.Images.Tar;

namespace Zonix.Cli.Copying;

/// <summary>Copies an archive, and gives what was packed another name on the way.</summary>
/// <param name="oldName">The first part of all names in the archive; null: they are relative to what was packed.</param>
/// <param name="newName">What stands in its place; null: nothing, so that the contents go into the directory itself.</param>
/// <param name="keepsOwners">Whether owners and set-ID bits are the archive's; else all is root's.</param>
internal sealed class ArchiveRenamer(byte[]? oldName, byte[]? newName, bool keepsOwners)
{
    private const int ChunkSize = 128 << 10;
    private const uint Type = 0xF000, Permissions = 0x3FF;
    private readonly byte[] chunk = new byte[ChunkSize];

    /// <summary>Bytes of files that were copied.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Copies all.</summary>
    internal void Copy(TarReader from, TarWriter to)
    {
        while (from.Next() is { } entry)
        {
            byte[] name = Rename(entry.Name);
            if (name.Length == 0)
                continue;
            to.WriteEntry(new TarEntry
            {
                Kind = entry.Kind, Name = name, LinkName = entry.Kind == TarEntryKind.HardLink ? Rename(entry.LinkName) : entry.LinkName, Rdev = entry.Rdev, Size = entry.Size,
                Segments = entry.Segments,
                Attributes = keepsOwners ? entry.Attributes : entry.Attributes with { Uid = 0, Gid = 0, Mode = entry.Attributes.Mode & (Type | Permissions) },
            });
            for (int n; (n = from.Read(chunk)) > 0; Bytes += n)
                to.Write(chunk.AsSpan(0, n));
        }

        to.Complete();
    }

    private byte[] Rename(byte[] name)
    {
        ReadOnlySpan<byte> rest = name.AsSpan().TrimEnd((byte)'/');
        while (rest.StartsWith("./"u8))
            rest = rest[2..];
        if (rest is [(byte)'.'])
            rest = default;
        if (oldName is not null)
        {
            if (!rest.StartsWith(oldName) || (rest.Length > oldName.Length && rest[oldName.Length] != '/'))
                throw new CommandException($"the archive names {Encoding.UTF8.GetString(name)}, which is not what was asked for");
            rest = rest[oldName.Length..].TrimStart((byte)'/');
        }

        return newName is null ? rest.ToArray() : rest.IsEmpty ? newName : [.. newName, (byte)'/', .. rest];
    }
}
