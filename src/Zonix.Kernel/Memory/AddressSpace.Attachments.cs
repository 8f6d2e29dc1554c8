namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>Unmaps what is left of a segment that was attached at <paramref name="address"/>. shmdt(2).</summary>
    /// <returns>Success; EINVAL.</returns>
    public SysResult Detach(ulong address)
    {
        if ((address & PageMask) != 0)
            return Errno.EINVAL;
        lock (_lock)
        {
            IAttachedMemory? segment = null;
            int i = _areas.IndexAbove(address);
            while (i < _areas.Count && segment is null)
            {
                Vma area = _areas[i++];
                if (area.Start >= address && area.Start - address == area.Offset)
                    segment = area.Memory as IAttachedMemory;
            }

            if (segment is null)
                return Errno.EINVAL;
            ulong end = address + PageAlign(segment.Size);
            for (i = _areas.IndexAbove(address); i < _areas.Count && _areas[i].Start < end;)
            {
                Vma area = _areas[i];
                if (ReferenceEquals(area.Memory, segment) && area.Start >= address && area.Start - address == area.Offset)
                    UnmapLocked(area.Start, area.End);
                else
                    i++;
            }

            return SysResult.Success;
        }
    }

    /// <summary>
    /// Copies from this address space for somebody who does not run in it: the window cannot be replaced meanwhile.
    /// process_vm_readv(2).
    /// </summary>
    /// <returns>Bytes copied.</returns>
    public nuint CopyInForeign(UserAddress address, Span<byte> destination)
    {
        lock (_lock)
            return _disposed ? 0 : Window.CopyIn(address.Value, destination);
    }

    /// <summary>The reverse of <see cref="CopyInForeign"/>. process_vm_writev(2).</summary>
    /// <returns>Bytes copied.</returns>
    public nuint CopyOutForeign(UserAddress address, ReadOnlySpan<byte> source)
    {
        lock (_lock)
            return _disposed ? 0 : Window.CopyOut(address.Value, source);
    }
}
