using System.Buffers.Binary;
using static Zonix.Host.Files.NativeFiles;

namespace Zonix.Host.Files;

/// <summary>Reads the entries of a host directory in the host's order. getdents64(2). Not thread safe.</summary>
public sealed unsafe class HostDirectoryReader : IDisposable
{
    private const int SYS_getdents64 = 217;
    private readonly HostDescriptor descriptor;
    private readonly byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(32768);
    private int position, filled;
    private bool disposed;

    internal HostDirectoryReader(HostDescriptor descriptor) => this.descriptor = descriptor;

    /// <summary>Moves to the next entry. 0 with <paramref name="more"/> false at the end; otherwise an errno.</summary>
    public int Next(out bool more, out ulong inode, out byte type, out ReadOnlySpan<byte> name)
    {
        (more, inode, type) = (false, 0, 0);
        name = default;
        if (position >= filled)
        {
            fixed (byte* p = buffer)
            {
                nint n = syscall(SYS_getdents64, descriptor, p, (nuint)buffer.Length);
                if (n < 0)
                    return Errno;
                (position, filled) = (0, (int)n);
                if (n == 0)
                    return 0;
            }
        }
        ReadOnlySpan<byte> entry = buffer.AsSpan(position, filled - position);
        inode = BinaryPrimitives.ReadUInt64LittleEndian(entry);
        ushort length = BinaryPrimitives.ReadUInt16LittleEndian(entry[16..]);
        type = entry[18];
        name = entry[19..length];
        name = name[..name.IndexOf((byte)0)];
        position += length;
        more = true;
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        descriptor.Dispose();
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
    }
}
