using Zonix.Kernel.Memory;

namespace Zonix.Kernel.Waiting;

/// <summary>A futex word as a caller names it: where it reads and changes it, and what it is known by.</summary>
public readonly record struct FutexWord(AddressSpace Memory, ulong Address, FutexKey Key)
{
    /// <summary>Reads the word under a gate; false: bring the page in without it, and try again.</summary>
    internal bool TryLoad(out uint value) => Memory.TryLoadPresent(Address, out value);

    /// <summary>Changes the word under a gate; false: bring the page in without it, and try again.</summary>
    internal bool TryCompareExchange(uint expected, uint value, out uint old) =>
        Memory.TryCompareExchangePresent(Address, expected, value, out old);

    /// <summary>Brings the page in for reading. Holds no gate.</summary>
    public bool BringIn() => Memory.TryLoadAcquire(new UserAddress(Address), out _);

    /// <summary>Brings the page in for writing: a write that changes nothing. Holds no gate.</summary>
    internal bool BringInForWrite() => Memory.TryCompareExchange(new UserAddress(Address), 0, 0, out _);
}
