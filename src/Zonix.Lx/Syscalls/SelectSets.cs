using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>The three sets of select(2), and the results for them.</summary>
internal sealed class SelectSets(int count)
{
    // POLLIN_SET, POLLOUT_SET and POLLEX_SET of Linux.
    private const PollEvents In = PollEvents.POLLIN | PollEvents.POLLRDNORM | PollEvents.POLLRDBAND | PollEvents.POLLHUP | PollEvents.POLLERR;
    private const PollEvents Out = PollEvents.POLLOUT | PollEvents.POLLWRNORM | PollEvents.POLLWRBAND | PollEvents.POLLERR;
    private const PollEvents Exceptional = PollEvents.POLLPRI;
    private readonly ulong[][] asked = [new ulong[(count + 63) / 64], new ulong[(count + 63) / 64], new ulong[(count + 63) / 64]];
    private readonly ulong[][] found = [new ulong[(count + 63) / 64], new ulong[(count + 63) / 64], new ulong[(count + 63) / 64]];

    /// <summary>Fetches the sets; false: EFAULT.</summary>
    public bool Read(KernelTask task, UserAddress readSet, UserAddress writeSet, UserAddress exceptSet) =>
        Read(task, readSet, asked[0]) && Read(task, writeSet, asked[1]) && Read(task, exceptSet, asked[2]);

    /// <summary>What is asked for a descriptor.</summary>
    public PollEvents Interest(int fd) =>
        (Has(asked[0], fd) ? In : 0) | (Has(asked[1], fd) ? Out : 0) | (Has(asked[2], fd) ? Exceptional : 0);

    /// <summary>Forgets results.</summary>
    public void Clear()
    {
        foreach (ulong[] set in found)
            Array.Clear(set);
    }

    /// <summary>Notes what a descriptor is ready for; answers how many bits that sets.</summary>
    public int Note(int fd, PollEvents ready)
    {
        int bits = 0;
        for (int set = 0; set < 3; set++)
        {
            PollEvents meaning = set == 0 ? In : set == 1 ? Out : Exceptional;
            if ((ready & meaning) == 0 || !Has(asked[set], fd))
                continue;
            found[set][fd >> 6] |= 1UL << (fd & 63);
            bits++;
        }
        return bits;
    }

    /// <summary>Delivers the results; false: EFAULT.</summary>
    public bool Write(KernelTask task, UserAddress readSet, UserAddress writeSet, UserAddress exceptSet) =>
        Write(task, readSet, found[0]) && Write(task, writeSet, found[1]) && Write(task, exceptSet, found[2]);

    private static bool Has(ulong[] set, int fd) => (set[fd >> 6] >> (fd & 63) & 1) != 0;

    private bool Read(KernelTask task, UserAddress address, ulong[] set)
    {
        if (address.IsNull)
            return true;
        for (int i = 0; i < set.Length; i++)
        {
            if (!ReadWord(task, address + ((ulong)i * 8), IsHalf(task, i), out set[i]))
                return false;
        }
        if (count % 64 != 0 && set.Length > 0)
            set[^1] &= (1UL << (count % 64)) - 1;
        return true;
    }

    private bool Write(KernelTask task, UserAddress address, ulong[] set)
    {
        for (int i = 0; !address.IsNull && i < set.Length; i++)
        {
            UserAddress place = address + ((ulong)i * 8);
            if (IsHalf(task, i) ? !task.Memory.TryWrite(place, (uint)set[i]) : !task.Memory.TryWrite(place, set[i]))
                return false;
        }
        return true;
    }

    // A set is an array of longs: that of i386 may end with half a word.
    private bool IsHalf(KernelTask task, int index) => task.CallAbi != GuestAbi.X64 && count - (index * 64) is > 0 and <= 32;

    private static bool ReadWord(KernelTask task, UserAddress place, bool isHalf, out ulong word)
    {
        if (!isHalf)
            return task.Memory.TryRead(place, out word);
        bool read = task.Memory.TryRead(place, out uint half);
        word = half;
        return read;
    }
}
