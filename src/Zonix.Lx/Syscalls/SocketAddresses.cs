using System.Buffers.Binary;
using Zonix.Kernel.Sockets;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Syscalls;

/// <summary>Names of local sockets in struct sockaddr_un. unix(7).</summary>
internal static class SocketAddresses
{
    private const int AF_UNIX = 1, FamilySize = 2, Largest = 110;

    /// <summary>Reads a name: a path without its terminating zero, an abstract name with its zero in front, or an empty one. EINVAL, EFAULT.</summary>
    internal static Errno Read(KernelTask task, UserAddress address, int length, out byte[] name)
    {
        name = [];
        if (length is < FamilySize or > Largest)
            return Errno.EINVAL;
        var text = new byte[length];
        if (!task.Memory.TryCopyIn(address, text))
            return Errno.EFAULT;
        if (BinaryPrimitives.ReadUInt16LittleEndian(text) != AF_UNIX)
            return Errno.EINVAL;
        ReadOnlySpan<byte> rest = text.AsSpan(FamilySize);
        if (rest.Length > 0 && rest[0] != 0)
        {
            int end = rest.IndexOf((byte)0);
            rest = end < 0 ? rest : rest[..end];
        }
        name = rest.ToArray();
        return 0;
    }

    /// <summary>Finds who has a name: ECONNREFUSED when nobody has.</summary>
    internal static Errno Find(KernelTask task, ReadOnlySpan<byte> name, out LocalSocket? found)
    {
        found = null;
        if (name.IsEmpty)
            return Errno.EINVAL;
        LocalNames names = LxBrand.Of(task).LocalNames;
        if (name[0] == 0)
        {
            found = names.Find(name);
            return found is null ? Errno.ECONNREFUSED : 0;
        }
        Errno e = PathOperations.Resolve(task, task.FileSystem.WorkingDirectory, name, WalkFlags.Follow, out VfsPath path);
        if (e != 0)
            return e;
        e = Permissions.Check(path.Inode.Access, task.Credentials, AccessMode.W_OK);
        if (e != 0)
            return e;
        if (path.Inode.Access.Type == FileModeBits.S_IFSOCK)
            found = names.Find(path.Inode);
        return found is null ? Errno.ECONNREFUSED : 0;
    }

    /// <summary>Writes a name as much as there is room for, and its whole length.</summary>
    internal static Errno Write(KernelTask task, UserAddress address, UserAddress lengthAt, byte[]? name)
    {
        if (!task.Memory.TryRead(lengthAt, out int room))
            return Errno.EFAULT;
        if (room < 0)
            return Errno.EINVAL;
        Span<byte> text = stackalloc byte[Largest + 1];
        int length = Format(name, text);
        return task.Memory.TryCopyOut(address, text[..Math.Min(room, length)]) && task.Memory.TryWrite(lengthAt, length) ? 0 : Errno.EFAULT;
    }

    /// <summary>The form of a name; answers its length. A path ends with a zero.</summary>
    internal static int Format(byte[]? name, Span<byte> text)
    {
        text.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(text, AF_UNIX);
        name?.CopyTo(text[FamilySize..]);
        int length = FamilySize + (name?.Length ?? 0);
        return name is [not 0, ..] ? length + 1 : length;
    }
}
