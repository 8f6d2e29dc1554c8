namespace Zonix.Kernel.Ipc;

/// <summary>
/// What tasks that share it (CLONE_SYSVSEM) have to take back at the end of the last of them. semop(2), SEM_UNDO. Guarded by
/// the gate of the semaphores.
/// </summary>
public sealed class SemaphoreUndo(SemaphoreSets semaphores)
{
    private readonly Dictionary<SemaphoreSet, int[]> adjustments = new(ReferenceEqualityComparer.Instance);
    private int users = 1;

    /// <summary>One more task uses it.</summary>
    public SemaphoreUndo Share()
    {
        Interlocked.Increment(ref users);
        return this;
    }

    /// <summary>A task ends; with the last one everything is taken back.</summary>
    public void Release(int pid, long nowSeconds)
    {
        if (Interlocked.Decrement(ref users) != 0)
            return;
        lock (semaphores.Table.Gate)
        {
            foreach ((SemaphoreSet set, int[] changes) in adjustments)
            {
                set.Undos.Remove(changes);
                if (!set.IsRemoved)
                    Apply(set, changes, pid, nowSeconds);
            }
            adjustments.Clear();
        }
    }

    /// <summary>The adjustments for a set; made when there are none yet. Under the gate.</summary>
    internal int[] For(SemaphoreSet set)
    {
        if (adjustments.TryGetValue(set, out int[]? found))
            return found;
        // Numbers of removed sets come back; their adjustments do not.
        foreach (SemaphoreSet old in adjustments.Keys)
        {
            if (old.IsRemoved)
                adjustments.Remove(old);
        }
        found = new int[set.Values.Length];
        adjustments.Add(set, found);
        set.Undos.Add(found);
        return found;
    }

    private static void Apply(SemaphoreSet set, int[] changes, int pid, long now)
    {
        for (int i = 0; i < changes.Length; i++)
        {
            if (changes[i] == 0)
                continue;
            // Linux keeps the value in its range where the exact adjustment would leave it.
            set.Values[i] = Math.Clamp(set.Values[i] + changes[i], 0, SemaphoreSets.SEMVMX);
            set.LastPids[i] = pid;
        }
        set.OperationTime = now;
        set.Serve(now);
    }
}
