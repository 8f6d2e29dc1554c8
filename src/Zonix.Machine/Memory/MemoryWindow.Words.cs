namespace Zonix.Machine;

/// <summary>Atomic accesses that do not ask the resolver: for callers that hold a lock under which no page can be brought in.</summary>
public sealed unsafe partial class MemoryWindow
{
    /// <summary>Reads an aligned 32-bit word with acquire ordering; false when it faults, even if the fault could be repaired.</summary>
    public bool TryLoadPresent(ulong address, out uint value)
    {
        uint result = 0;
        bool ok = IsInside(address, 4) && _stubs.Load32(Base + (nint)address, &result) == 0;
        value = result;
        return ok;
    }

    /// <summary>Compares and exchanges an aligned 32-bit word; false when it faults, even if the fault could be repaired.</summary>
    public bool TryCompareExchangePresent(ulong address, uint expected, uint value, out uint old)
    {
        uint result = 0;
        bool ok = IsInside(address, 4) && _stubs.CompareExchange32(Base + (nint)address, expected, value, &result) == 0;
        old = result;
        return ok;
    }
}
