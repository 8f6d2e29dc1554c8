using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Waiting;

namespace Zonix.Lx.Syscalls;

/// <summary>From addresses to futex words.</summary>
internal static class FutexWords
{
    private const ulong UserAddressLimit = 0x7FFF_FFFF_F000;

    /// <summary>
    /// The word at an address. A private one is known by its address alone, and need not even be mapped; for others it is
    /// looked up what is mapped there.
    /// </summary>
    /// <returns>0; EINVAL when not aligned; EFAULT.</returns>
    internal static Errno Find(KernelTask task, UserAddress address, bool isPrivate, out FutexWord word)
    {
        var memory = task.Memory;
        word = new FutexWord(memory, address.Value, new FutexKey(memory, address.Value));
        if ((address.Value & 3) != 0)
        {
            return Errno.EINVAL;
        }

        if (address.Value >= UserAddressLimit)
        {
            return Errno.EFAULT;
        }

        if (isPrivate)
        {
            return 0;
        }

        if (!memory.TryGetSharedKey(address.Value, out var key))
        {
            return Errno.EFAULT;
        }

        word = word with { Key = key };
        // Linux brings the page in to find out what it belongs to.
        return word.BringIn() ? 0 : Errno.EFAULT;
    }

    /// <summary>Wakes one waiter of a word that the kernel itself has changed, whoever maps it.</summary>
    internal static void WakeOne(KernelTask task, UserAddress address)
    {
        if (Find(task, address, isPrivate: false, out var word) == 0)
        {
            task.Machine.Futexes.Wake(word.Key, 1, uint.MaxValue);
        }
    }
}
