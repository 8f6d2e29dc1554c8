namespace Zonix.Kernel.Tty;

/// <summary>Settings and counts of terminals of one machine. proc_sys_kernel(5), kernel.pty. Any thread.</summary>
public sealed class TtySettings
{
    private volatile int max = 4096, reserve = 1024;
    private volatile bool legacyTiocsti;
    private int count;

    /// <summary>How many ptys there may be: kernel.pty.max.</summary>
    public int Max
    {
        get => max;
        set => max = value;
    }

    /// <summary>How many of them are kept for the first instance of devpts: kernel.pty.reserve.</summary>
    public int Reserve
    {
        get => reserve;
        set => reserve = value;
    }

    /// <summary>Whether programs without CAP_SYS_ADMIN may fake input: dev.tty.legacy_tiocsti.</summary>
    public bool LegacyTiocsti
    {
        get => legacyTiocsti;
        set => legacyTiocsti = value;
    }

    /// <summary>How many ptys there are: kernel.pty.nr.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>One more; false beyond the limit.</summary>
    public bool TryCount()
    {
        if (Interlocked.Increment(ref count) <= Max)
            return true;
        Interlocked.Decrement(ref count);
        return false;
    }

    /// <summary>One less.</summary>
    public void Uncount() => Interlocked.Decrement(ref count);
}
