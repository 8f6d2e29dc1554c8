using System.Collections.Concurrent;

namespace Zonix.Kernel.Watching;

/// <summary>How much each user may watch. inotify(7), /proc/sys/fs/inotify; fanotify(7), /proc/sys/fs/fanotify.</summary>
public sealed class WatchLimits(int maxGroups, int maxWatches)
{
    private readonly ConcurrentDictionary<uint, int> groups = new(), watches = new();

    /// <summary>Events a group keeps. Those that come then are lost. Holds for groups made later.</summary>
    public int MaxQueuedEvents { get; set; } = 16384;

    /// <summary>Groups of one user.</summary>
    public int MaxGroups { get; set; } = maxGroups;

    /// <summary>Marks of one user.</summary>
    public int MaxWatches { get; set; } = maxWatches;

    internal bool TryAddGroup(uint user) => TryAdd(groups, user, MaxGroups);

    internal bool TryAddWatch(uint user) => TryAdd(watches, user, MaxWatches);

    internal void RemoveGroup(uint user) => groups.AddOrUpdate(user, 0, static (_, old) => old - 1);

    internal void RemoveWatches(uint user, int count) => watches.AddOrUpdate(user, static (_, _) => 0, static (_, old, less) => old - less, count);

    private static bool TryAdd(ConcurrentDictionary<uint, int> counts, uint user, int limit)
    {
        int now = counts.AddOrUpdate(user, 1, static (_, old) => old + 1);
        if (now <= limit)
            return true;
        counts.AddOrUpdate(user, 0, static (_, old) => old - 1);
        return false;
    }
}
