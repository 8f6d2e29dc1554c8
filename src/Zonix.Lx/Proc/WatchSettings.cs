using System.Globalization;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Proc;

/// <summary>/proc/sys/fs/inotify and fanotify.</summary>
internal static class WatchSettings
{
    internal static void FillInotify(StaticEntries entries, WatchLimits limits)
    {
        Fill(entries, "max_queued_events", () => limits.MaxQueuedEvents, value => limits.MaxQueuedEvents = value);
        Fill(entries, "max_user_instances", () => limits.MaxGroups, value => limits.MaxGroups = value);
        Fill(entries, "max_user_watches", () => limits.MaxWatches, value => limits.MaxWatches = value);
    }

    internal static void FillFanotify(StaticEntries entries, WatchLimits limits)
    {
        Fill(entries, "max_queued_events", () => limits.MaxQueuedEvents, value => limits.MaxQueuedEvents = value);
        Fill(entries, "max_user_groups", () => limits.MaxGroups, value => limits.MaxGroups = value);
        Fill(entries, "max_user_marks", () => limits.MaxWatches, value => limits.MaxWatches = value);
    }

    private static void Fill(StaticEntries entries, string name, Func<int> get, Action<int> set) => entries.Setting(
        name,
        () => get().ToString("D", CultureInfo.InvariantCulture) + "\n",
        text => IpcSettings.Number(text, 0, int.MaxValue, value => set((int)value)));
}
