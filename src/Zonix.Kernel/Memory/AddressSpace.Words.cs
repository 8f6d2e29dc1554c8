using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Memory;

/// <summary>Words that tasks synchronise with. futex(2).</summary>
public sealed partial class AddressSpace
{
    /// <summary>Reads a word if its page is present: takes no lock of the address space. 4-aligned.</summary>
    internal bool TryLoadPresent(ulong address, out uint value) => Window.TryLoadPresent(address, out value);

    /// <summary>Compares and exchanges a word if its page is present: takes no lock of the address space. 4-aligned.</summary>
    internal bool TryCompareExchangePresent(ulong address, uint expected, uint value, out uint old) =>
        Window.TryCompareExchangePresent(address, expected, value, out old);

    /// <summary>
    /// What a futex word that others may share is known by: in a shared mapping its object and the offset there, so that all
    /// who map it meet; elsewhere this address space and the address.
    /// </summary>
    /// <returns>False when nothing is mapped there.</returns>
    public bool TryGetSharedKey(ulong address, out FutexKey key)
    {
        lock (_lock)
        {
            if (_areas.Find(address) is not { } area)
            {
                key = default;
                return false;
            }

            key = area.IsShared
                ? new FutexKey(area.Memory.Identity, area.Offset + (address - area.Start))
                : new FutexKey(this, address);
            return true;
        }
    }
}
