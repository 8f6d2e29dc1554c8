using Zonix.Abi;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Memory;

public sealed partial class AddressSpace
{
    private ulong _startBreak;
    private ulong _break;

    /// <summary>Where the heap starts.</summary>
    public ulong StartBreak => _startBreak;

    /// <summary>The program break.</summary>
    public ulong ProgramBreak => _break;

    /// <summary>Sets where the heap starts; done once, by the loader.</summary>
    public void SetStartBreak(ulong address) => _startBreak = _break = address;

    /// <summary>brk(2), as the kernel has it: the new break, or the old one when it cannot be.</summary>
    public SysResult Break(ulong address, Prot protection = Prot.PROT_READ | Prot.PROT_WRITE)
    {
        lock (_lock)
        {
            if (address < _startBreak || address > End)
                return _break;
            ulong limit = Limit(RlimitResource.RLIMIT_DATA);
            if (limit != Rlimit.Infinity && address - _startBreak + (Program.EndData - Program.StartData) > limit)
                return _break;
            ulong oldEnd = PageAlign(_break);
            ulong newEnd = PageAlign(address);
            if (newEnd < oldEnd && IsAnySealed(newEnd, oldEnd))
                return _break;
            NotePeakBefore(newEnd < oldEnd ? oldEnd - newEnd : 0);
            if (newEnd < oldEnd)
                UnmapLocked(newEnd, oldEnd);
            else if (newEnd > oldEnd && !ExtendHeap(oldEnd, newEnd, protection))
                return _break;
            _break = address;
            return _break;
        }
    }

    private bool ExtendHeap(ulong start, ulong end, Prot protection)
    {
        if (!_areas.IsFree(start, end + PageSize, StackGuardGap))
            return false;
        var request = new MapRequest(start, end - start, protection, MapFlags.MAP_FIXED);
        return !MapLocked(request, out _).IsError;
    }
}
