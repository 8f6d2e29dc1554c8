using System.Globalization;
using Zonix.Kernel.Ipc;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>The settings of a zone's IPC namespace. proc_sys_kernel(5), mq_overview(7).</summary>
internal static class IpcSettings
{
    /// <summary>Those of /proc/sys/kernel, of the namespace of who looks.</summary>
    internal static StaticEntries Fill(StaticEntries kernel, Func<IpcNamespace> ipc)
    {
        return kernel
            .Setting("sem", () => string.Join('\t', ipc().Semaphores.Limits) + "\n", text => SetSemaphores(text, ipc().Semaphores))
            .Setting("sem_next_id", () => Line(ipc().Semaphores.Table.NextId), text => Next(text, ipc().Semaphores.Table))
            .Setting("msg_next_id", () => Line(ipc().Messages.Table.NextId), text => Next(text, ipc().Messages.Table))
            .Setting("shm_next_id", () => Line(ipc().Segments.Table.NextId), text => Next(text, ipc().Segments.Table))
            .Setting("msgmax", () => Line(ipc().Messages.MaxSize), text => Number(text, 0, int.MaxValue, n => ipc().Messages.MaxSize = (int)n))
            .Setting("msgmnb", () => Line(ipc().Messages.MaxBytes), text => Number(text, 0, int.MaxValue, n => ipc().Messages.MaxBytes = (int)n))
            .Setting("msgmni", () => Line(ipc().Messages.MaxQueues), text => Number(text, 0, 32768, n => ipc().Messages.MaxQueues = (int)n))
            .Setting("shmmax", () => Line(ipc().Segments.MaxSize), text => Wide(text, n => ipc().Segments.MaxSize = n))
            .Setting("shmall", () => Line(ipc().Segments.MaxPages), text => Wide(text, n => ipc().Segments.MaxPages = n))
            .Setting("shmmni", () => Line(ipc().Segments.MaxSegments), text => Number(text, 0, 32768, n => ipc().Segments.MaxSegments = (int)n));
    }

    /// <summary>Those of /proc/sys/fs/mqueue.</summary>
    internal static void FillQueues(StaticEntries directory, Func<PosixQueues> queues)
    {
        directory
            .Setting("queues_max", () => Line(queues().MaxQueues), text => Number(text, 0, int.MaxValue, n => queues().MaxQueues = (int)n))
            .Setting("msg_max", () => Line(queues().MaxMessages), text => Number(text, 1, 65536, n => queues().MaxMessages = (int)n))
            .Setting("msgsize_max", () => Line(queues().MaxMessageSize), text => Number(text, 128, 1 << 24, n => queues().MaxMessageSize = (int)n))
            .Setting("msg_default", () => Line(queues().DefaultMessages), text => Number(text, 1, 65536, n => queues().DefaultMessages = (int)n))
            .Setting(
                "msgsize_default",
                () => Line(queues().DefaultMessageSize),
                text => Number(text, 128, 1 << 24, n => queues().DefaultMessageSize = (int)n));
    }

    /// <summary>Sets a number from text: EINVAL when it is none, or out of range.</summary>
    internal static Errno Number(string text, long low, long high, Action<long> set)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) || value < low || value > high)
            return Errno.EINVAL;
        set(value);
        return 0;
    }

    private static Errno Next<T>(string text, IpcTable<T> table)
        where T : IpcObject => Number(text, 0, int.MaxValue, id =>
        {
            lock (table.Gate)
                table.NextId = (int)id;
        });

    private static Errno Wide(string text, Action<ulong> set)
    {
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
            return Errno.EINVAL;
        set(value);
        return 0;
    }

    private static Errno SetSemaphores(string text, SemaphoreSets semaphores)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int[] limits = [.. semaphores.Limits];
        for (int i = 0; i < Math.Min(words.Length, limits.Length); i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out limits[i]))
                return Errno.EINVAL;
        }
        if (words.Length == 0 || limits[3] > 32768)
            return Errno.EINVAL;
        semaphores.Limits = limits;
        return 0;
    }

    private static string Line(long value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";

    private static string Line(ulong value) => value.ToString("D", CultureInfo.InvariantCulture) + "\n";
}
