using System.Globalization;
using System.Text;
using Zonix.Kernel.Events;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Watching;

namespace Zonix.Lx.Proc;

/// <summary>The text of /proc/[pid]/fdinfo/[fd]. proc_pid_fdinfo(5).</summary>
internal static class DescriptorText
{
    private const long NsPerSecond = 1_000_000_000;

    internal static string Describe(OpenFileDescription file, bool closesOnExec)
    {
        OpenFlags flags = file.Flags | (closesOnExec ? OpenFlags.O_CLOEXEC : 0);
        file.File.Inode.GetAttributes(out InodeAttributes attributes);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"pos:\t{file.Offset}\nflags:\t0{Convert.ToString((int)flags, 8)}\nmnt_id:\t{file.Path.Mount.Id}\nino:\t{attributes.Inode}\n");
        if (file.IsPath)
            return text.ToString();
        switch (file.File)
        {
            case EventFile counter:
                text.Append(CultureInfo.InvariantCulture, $"eventfd-count: {counter.Count,16:x}\neventfd-id: {attributes.Inode}\n");
                text.Append(CultureInfo.InvariantCulture, $"eventfd-semaphore: {(counter.IsSemaphore ? 1 : 0)}\n");
                break;
            case SignalFile signals:
                text.Append(CultureInfo.InvariantCulture, $"sigmask:\t{signals.Mask:x16}\n");
                break;
            case TimerFile timer:
                AppendTimer(text, timer);
                break;
            case EpollFile set:
                foreach ((int fd, OpenFileDescription watched, uint events, ulong data) in set.Watched())
                    AppendWatched(text, fd, watched, events, data);
                break;
            case InotifyFile inotify:
                text.Append(WatchText.Describe(inotify));
                break;
            case FanotifyFile fanotify:
                text.Append(WatchText.Describe(fanotify));
                break;
            case PidFile pid:
                int number = pid.Process.IsReaped ? -1 : pid.Process.Pid.Value;
                text.Append(CultureInfo.InvariantCulture, $"Pid:\t{number}\nNSpid:\t{number}\n");
                break;
        }
        return text.ToString();
    }

    private static void AppendTimer(StringBuilder text, TimerFile timer)
    {
        (long left, long interval) = timer.Get();
        text.Append(CultureInfo.InvariantCulture, $"clockid: {(int)timer.ClockId}\nticks: {timer.Expirations}\nsettime flags: 0{Convert.ToString(timer.SetFlags, 8)}\n");
        text.Append(CultureInfo.InvariantCulture, $"it_value: ({left / NsPerSecond}, {left % NsPerSecond})\n");
        text.Append(CultureInfo.InvariantCulture, $"it_interval: ({interval / NsPerSecond}, {interval % NsPerSecond})\n");
    }

    private static void AppendWatched(StringBuilder text, int fd, OpenFileDescription watched, uint events, ulong data)
    {
        watched.File.Inode.GetAttributes(out InodeAttributes of);
        text.Append(CultureInfo.InvariantCulture, $"tfd: {fd,8} events: {events,8:x} data: {data,16:x}  pos:{watched.Offset} ino:{of.Inode:x} sdev:{(of.Device >> 32 << 20) | (uint)of.Device:x}\n");
    }
}
