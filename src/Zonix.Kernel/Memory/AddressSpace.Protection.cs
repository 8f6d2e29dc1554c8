using Zonix.Abi;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    /// <summary>mprotect(2).</summary>
    /// <returns>Success; EINVAL, ENOMEM, EACCES.</returns>
    public SysResult Protect(ulong address, ulong length, Prot protection)
    {
        Prot grows = protection & (Prot.PROT_GROWSDOWN | Prot.PROT_GROWSUP);
        protection &= ~(Prot.PROT_GROWSDOWN | Prot.PROT_GROWSUP);
        if (grows == (Prot.PROT_GROWSDOWN | Prot.PROT_GROWSUP) || (address & PageMask) != 0)
            return Errno.EINVAL;
        if (length == 0)
            return SysResult.Success;
        length = PageAlign(length);
        ulong end = unchecked(address + length);
        if (length == 0 || end <= address)
            return Errno.ENOMEM;
        if ((protection & ~(ProtMask | Prot.PROT_SEM)) != 0)
            return Errno.EINVAL;
        lock (_lock)
            return ProtectLocked(address, end, protection & ProtMask, grows);
    }

    private SysResult ProtectLocked(ulong start, ulong end, Prot protection, Prot grows)
    {
        if (_areas.Find(start) is not { } first)
            return Errno.ENOMEM;
        if (grows == Prot.PROT_GROWSUP || (grows == Prot.PROT_GROWSDOWN && (first.Flags & VmaFlags.GrowsDown) == 0))
            return Errno.EINVAL;
        if (grows == Prot.PROT_GROWSDOWN)
            start = first.Start;
        if (_areas.Count + 2 > Group.MaxAreas || IsHostFull)
            return Errno.ENOMEM;
        ulong at = start;
        SysResult result = SysResult.Success;
        while (at < end)
        {
            // Like Linux: what lies before the first obstacle has been changed.
            if (_areas.Find(at) is not { } area)
            {
                result = Errno.ENOMEM;
                break;
            }

            ulong stop = Math.Min(end, area.End);
            if ((area.Flags & VmaFlags.Sealed) != 0)
            {
                result = Errno.EPERM;
                break;
            }

            if (!IsPermitted(area, protection))
            {
                result = Errno.EACCES;
                break;
            }

            int error = ChangeProtection(area, at, stop, protection);
            if (error != 0)
            {
                result = SysResult.FromErrno(error);
                break;
            }

            at = stop;
        }

        _areas.MergeAround(start, end);
        return result;
    }

    private int ChangeProtection(Vma area, ulong start, ulong end, Prot protection)
    {
        if (area.Protection == protection)
            return 0;
        if ((protection & Prot.PROT_WRITE) != 0 && (area.Protection & Prot.PROT_WRITE) == 0
            && !MayExpandData(end - start, protection, area.Flags))
        {
            return (int)Errno.ENOMEM;
        }

        const VmaFlags NotAccounted = VmaFlags.Accounted | VmaFlags.NoReserve | VmaFlags.Shared;
        bool accounts = (protection & Prot.PROT_WRITE) != 0 && (area.Flags & NotAccounted) == 0;
        if (accounts && !Group.MayCommit(end - start))
            return (int)Errno.ENOMEM;
        CodeIdentity? identity = CodeIdentityOf(area, protection);
        ulong offset = area.Offset + (start - area.Start);
        if (area.IsInWindow)
        {
            int error = Window.Protect(start, end - start, ToMachine(protection), identity, offset);
            if (error != 0)
                return error;
        }
        else
        {
            Window.Declare(start, end - start, ToMachine(protection), identity, offset);
        }

        _areas.SplitAt(start);
        _areas.SplitAt(end);
        Vma changed = _areas.Find(start)!;
        changed.Protection = protection;
        _areas.Touch();
        changed.WasWritable |= !changed.IsShared && changed.Memory is not AnonymousMemory && (protection & Prot.PROT_WRITE) != 0;
        if (accounts)
        {
            changed.Flags |= VmaFlags.Accounted;
            _committedBytes += changed.Length;
        }

        return 0;
    }

    /// <summary>What an area shows, for translations of its code to be shared; null when somebody may have changed it.</summary>
    private static CodeIdentity? CodeIdentityOf(Vma area, Prot protection) =>
        (protection & (Prot.PROT_EXEC | Prot.PROT_WRITE)) == Prot.PROT_EXEC && !area.WasWritable
            ? area.Memory.GetCodeIdentity()
            : null;

    private bool MayExpandData(ulong bytes, Prot protection, VmaFlags flags)
    {
        if (!IsData(protection, flags))
            return true;
        ulong limit = Limit(Tasks.RlimitResource.RLIMIT_DATA);
        return limit == Tasks.Rlimit.Infinity || (bytes <= limit && DataBytes() <= limit - bytes);
    }

    private static bool IsPermitted(Vma area, Prot protection) =>
        ((protection & Prot.PROT_READ) == 0 || (area.Flags & VmaFlags.MayRead) != 0)
        && ((protection & Prot.PROT_WRITE) == 0 || (area.Flags & VmaFlags.MayWrite) != 0)
        && ((protection & Prot.PROT_EXEC) == 0 || (area.Flags & VmaFlags.MayExecute) != 0);
}
