using System.Collections.Concurrent;
using System.Numerics;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Uring;

/// <summary>The groups of buffers that a ring's program has provided.</summary>
internal sealed class UringBuffers
{
    private const int MaxBuffers = 1 << 16, MaxRingEntries = 1 << 15, RegistrationSize = 40;
    private readonly ConcurrentDictionary<ushort, UringBufferGroup> groups = new();

    /// <summary>A group; null: nothing was ever put into it.</summary>
    public UringBufferGroup? Find(ushort id) => groups.GetValueOrDefault(id);

    /// <summary>IORING_OP_PROVIDE_BUFFERS: so many (fd) of that length, the first with the number in off. E2BIG, EINVAL, EFAULT.</summary>
    public SysResult Provide(KernelTask task, in SubmissionEntry entry)
    {
        if (entry.OperationFlags != 0 || entry.SpliceFd != 0)
            return Errno.EINVAL;
        if (entry.Fd is <= 0 or > MaxBuffers || entry.Offset >= MaxBuffers)
            return Errno.E2BIG;
        if (entry.Length == 0 || entry.Offset + (ulong)entry.Fd > MaxBuffers)
            return Errno.EINVAL;
        ulong end = entry.Address + ((ulong)entry.Fd * entry.Length);
        if (end < entry.Address || end > task.Memory.End)
            return Errno.EFAULT;
        UringBufferGroup group = groups.GetOrAdd(entry.BufferIndex, static _ => new UringBufferGroup());
        if (group.IsRing)
            return Errno.EINVAL;
        group.Add(entry.Address, entry.Length, entry.Fd, (ushort)entry.Offset);
        return 0;
    }

    /// <summary>IORING_OP_REMOVE_BUFFERS: how many were taken away; ENOENT, EINVAL.</summary>
    public SysResult Remove(in SubmissionEntry entry)
    {
        if (entry.OperationFlags != 0 || entry.Address != 0 || entry.Length != 0 || entry.Offset != 0 || entry.SpliceFd != 0 ||
            entry.Fd is <= 0 or > MaxBuffers)
            return Errno.EINVAL;
        if (Find(entry.BufferIndex) is not { } group)
            return Errno.ENOENT;
        return group.IsRing ? Errno.EINVAL : group.Remove(entry.Fd);
    }

    /// <summary>IORING_REGISTER_PBUF_RING: struct io_uring_buf_reg. EEXIST, EINVAL, EFAULT.</summary>
    public Errno RegisterRing(KernelTask task, UserAddress argument)
    {
        Errno e = ReadRegistration(task, argument, out ulong address, out uint entries, out ushort id, out ushort flags);
        if (e != 0)
            return e;
        if (flags != 0 || !BitOperations.IsPow2(entries) || entries > MaxRingEntries || address % Kernel.Memory.AddressSpace.PageSize != 0)
            return Errno.EINVAL;
        if (address == 0 || !task.Memory.TryRead(new UserAddress(address + (entries * 16) - 1), out byte _))
            return Errno.EFAULT;
        return groups.TryAdd(id, new UringBufferGroup(address, entries)) ? 0 : Errno.EEXIST;
    }

    /// <summary>IORING_UNREGISTER_PBUF_RING. ENOENT, EINVAL.</summary>
    public Errno UnregisterRing(KernelTask task, UserAddress argument)
    {
        Errno e = ReadRegistration(task, argument, out _, out _, out ushort id, out ushort flags);
        if (e != 0)
            return e;
        if (flags != 0)
            return Errno.EINVAL;
        if (Find(id) is not { } group)
            return Errno.ENOENT;
        if (!group.IsRing)
            return Errno.EINVAL;
        groups.TryRemove(id, out _);
        return 0;
    }

    private static Errno ReadRegistration(KernelTask task, UserAddress argument, out ulong address, out uint entries, out ushort id, out ushort flags)
    {
        Span<byte> bytes = stackalloc byte[RegistrationSize];
        bool isRead = task.Memory.CopyIn(argument, bytes) == RegistrationSize;
        address = BitConverter.ToUInt64(bytes);
        entries = BitConverter.ToUInt32(bytes[8..]);
        id = BitConverter.ToUInt16(bytes[12..]);
        flags = BitConverter.ToUInt16(bytes[14..]);
        return !isRead ? Errno.EFAULT : bytes[16..].ContainsAnyExcept((byte)0) ? Errno.EINVAL : 0;
    }
}
