using System.Buffers.Binary;

namespace Zonix.Images.Unpacking;

/// <summary>The names in a directory.</summary>
public static class DirectoryEntries
{
    /// <summary>All but "." and "..", in the directory's order.</summary>
    public static List<byte[]> List(ReadOnlySpan<byte> path, IDirectoryInode directory)
    {
        Errno e = Read(directory, out List<byte[]> names, all: true);
        return e == 0 ? names : throw TreeWriter.Failed(path, "list", e);
    }

    /// <summary>Whether there is none.</summary>
    public static bool IsEmpty(IDirectoryInode directory) => Read(directory, out List<byte[]> names, all: false) == 0 && names.Count == 0;

    private static Errno Read(IDirectoryInode directory, out List<byte[]> names, bool all)
    {
        names = [];
        Errno e = directory.OpenDirectory(out IDirectoryFile? file);
        if (e != 0)
            return e;
        Span<byte> space = stackalloc byte[8192];
        for (long position = 0; all || names.Count == 0;)
        {
            var buffer = new DirectoryBuffer(space);
            e = file!.ReadEntries(ref position, ref buffer, 0);
            if (e != 0 || buffer.Length == 0)
                break;
            for (ReadOnlySpan<byte> rest = space[..buffer.Length]; !rest.IsEmpty;)
            {
                int size = BinaryPrimitives.ReadUInt16LittleEndian(rest[16..]);
                ReadOnlySpan<byte> name = rest[DirectoryBuffer.HeaderSize..size];
                name = name[..name.IndexOf((byte)0)];
                if (name is not [(byte)'.'] and not [(byte)'.', (byte)'.'])
                    names.Add(name.ToArray());
                rest = rest[size..];
            }
        }
        file!.Close();
        return e;
    }
}
