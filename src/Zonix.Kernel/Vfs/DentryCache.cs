namespace Zonix.Kernel.Vfs;

/// <summary>
/// Bounds how many dentries a file system keeps that nobody uses: those that stand for something and those that say that a
/// name does not exist each wait in a queue, and the oldest that has not been found since its last turn goes.
/// </summary>
/// <remarks>
/// Letting go needs the parent's gate. So <see cref="Trim"/> is called with no gate held, by a look-up that had to ask the file
/// system, and nothing is let go between a look-up under a gate and its use.
/// </remarks>
public sealed class DentryCache
{
    /// <summary>Dentries kept at most, and how many of missing names beside them.</summary>
    public const int UsualLimit = 96 * 1024, UsualMissingLimit = 16 * 1024;

    // How many are looked at in one go: trimming is spread over the look-ups that made it necessary.
    private const int Turns = 32;
    private readonly Lock gate = new();
    private readonly Queue<Dentry> present = new();
    private readonly Queue<Dentry> missing = new();

    /// <summary>Dentries kept at most that stand for something.</summary>
    public int Limit { get; set; } = UsualLimit;

    /// <summary>Dentries kept at most that say that a name does not exist.</summary>
    public int MissingLimit { get; set; } = UsualMissingLimit;

    /// <summary>How many it holds.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return present.Count + missing.Count;
        }
    }

    /// <summary>A dentry is held by its parent from now on.</summary>
    internal void Add(Dentry dentry)
    {
        lock (gate)
        {
            if (dentry.IsCounted)
                return;
            dentry.IsCounted = true;
            (dentry.Inode is null ? missing : present).Enqueue(dentry);
        }
    }

    /// <summary>Lets go what is too much, a few at a time. Call with no gate held.</summary>
    internal void Trim()
    {
        for (int turn = 0; turn < Turns && TakeOldest(out bool wasMissing) is { } dentry; turn++)
        {
            if (dentry.IsUnlinked || (!KeepsItsPlace(dentry, wasMissing) && dentry.TryLetGo()))
                continue;
            Add(dentry);
        }
    }

    private static bool KeepsItsPlace(Dentry dentry, bool wasMissing)
    {
        if (wasMissing && dentry.Inode is not null)
            return true;
        bool used = dentry.IsUsed || dentry.Covers is not null;
        dentry.IsUsed = false;
        return used;
    }

    private Dentry? TakeOldest(out bool wasMissing)
    {
        lock (gate)
        {
            wasMissing = missing.Count > MissingLimit;
            if (!wasMissing && present.Count <= Limit)
                return null;
            Dentry oldest = (wasMissing ? missing : present).Dequeue();
            oldest.IsCounted = false;
            return oldest;
        }
    }
}
