using System.Buffers.Binary;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Proc;

/// <summary>An open /proc/[pid]/mem or /proc/[pid]/pagemap. proc_pid_mem(5), proc_pid_pagemap(5).</summary>
internal sealed class ProcMemoryFile(IInode inode, AddressSpace? memory, ProcMemoryKind kind) : IReadable, IWritable, ISeekable
{
    private const int ChunkSize = (int)AddressSpace.PageSize;

    /// <inheritdoc/>
    public IInode Inode => inode;

    /// <summary>Reads memory, or entries: EIO where nothing can be read, EINVAL for parts of entries.</summary>
    public SysResult Read(ref UserBuffer buffer, long offset) =>
        memory is null || buffer.Remaining == 0 ? 0 : kind == ProcMemoryKind.PageMap ? ReadEntries(ref buffer, (ulong)offset) : ReadContents(ref buffer, (ulong)offset);

    /// <inheritdoc/>
    public SysResult Write(ref UserBuffer buffer, ref long offset)
    {
        if (kind == ProcMemoryKind.PageMap)
            return Errno.EINVAL;
        Span<byte> chunk = stackalloc byte[ChunkSize];
        long done = 0;
        while (memory is not null && buffer.Remaining > 0)
        {
            var at = new UserAddress((ulong)offset + (ulong)done);
            int wanted = (int)Math.Min(buffer.Remaining, ChunkSize - (at.Value % ChunkSize));
            int have = buffer.CopyIn(chunk[..wanted]);
            int moved = (int)memory.CopyOutForced(at, chunk[..have]);
            done += moved;
            if (moved < wanted)
                return done > 0 ? done : have < wanted ? Errno.EFAULT : Errno.EIO;
        }
        return done;
    }

    /// <inheritdoc/>
    public Errno GetSize(out long size)
    {
        size = 0;
        return 0;
    }

    /// <inheritdoc/>
    public SysResult SeekData(long offset, bool hole) => Errno.EINVAL;

    /// <inheritdoc/>
    public void Close()
    {
    }

    // By way of a buffer, so that only one address space is locked at a time.
    private SysResult ReadContents(ref UserBuffer buffer, ulong offset)
    {
        Span<byte> chunk = stackalloc byte[ChunkSize];
        long done = 0;
        while (buffer.Remaining > 0)
        {
            var at = new UserAddress(offset + (ulong)done);
            int wanted = (int)Math.Min(buffer.Remaining, ChunkSize - (at.Value % ChunkSize));
            int have = (int)memory!.CopyInForced(at, chunk[..wanted]);
            int moved = buffer.CopyOut(chunk[..have]);
            done += moved;
            if (moved < wanted)
                return done > 0 ? done : have < wanted ? Errno.EIO : Errno.EFAULT;
        }
        return done;
    }

    private SysResult ReadEntries(ref UserBuffer buffer, ulong offset)
    {
        const ulong EntrySize = sizeof(ulong), Last = 1UL << 47;
        const int Chunk = 512;
        if (offset % EntrySize != 0 || buffer.Remaining % EntrySize != 0)
            return Errno.EINVAL;
        Span<ulong> entries = stackalloc ulong[Chunk];
        Span<byte> bytes = stackalloc byte[Chunk * (int)EntrySize];
        long done = 0;
        while (buffer.Remaining > 0)
        {
            ulong page = (offset + (ulong)done) / EntrySize;
            if (page >= Last / AddressSpace.PageSize)
                break;
            Span<ulong> some = entries[..(int)Math.Min(buffer.Remaining / EntrySize, Chunk)];
            memory!.ReadPageMap(page * AddressSpace.PageSize, some);
            for (int i = 0; i < some.Length; i++)
                BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * (int)EntrySize)..], some[i]);
            int moved = buffer.CopyOut(bytes[..(some.Length * (int)EntrySize)]);
            done += moved;
            if (moved < some.Length * (int)EntrySize)
                return done > 0 ? done : Errno.EFAULT;
        }
        return done;
    }
}
