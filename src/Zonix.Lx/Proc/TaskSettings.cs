using System.Globalization;
using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>What can be set through /proc/[pid]/task/[tid]. proc_pid_comm(5), proc_pid_timerslack_ns(5).</summary>
internal static class TaskSettings
{
    private const int MaxName = 15;
    private const int CAP_SYS_NICE = 23;

    /// <summary>Names a task of the writer's process; EINVAL for another one's.</summary>
    internal static Errno SetName(KernelTask? task, byte[] text)
    {
        if (task is null)
            return Errno.ESRCH;
        if (!ReferenceEquals(ProcFileSystem.Caller?.Process, task.Process))
            return Errno.EINVAL;
        int length = Math.Min(text.Length, MaxName);
        int end = text.AsSpan(0, length).IndexOf((byte)0);
        task.Name = Encoding.Latin1.GetString(text, 0, end < 0 ? length : end);
        return 0;
    }

    /// <summary>What a core file would contain. core(5), "Controlling which mappings are written to the core dump".</summary>
    internal static string CoreFilter(ProcSubject subject) => subject.Memory is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{LxProcess.Of(subject.Process).CoreFilter:x8}\n");

    /// <summary>Sets it, of the bits that there are: EINVAL for what is no number.</summary>
    internal static Errno SetCoreFilter(Process process, string text)
    {
        const uint Known = 0x1FF;
        bool isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        NumberStyles style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!uint.TryParse(isHexadecimal ? text.AsSpan(2) : text, style, CultureInfo.InvariantCulture, out uint value))
            return Errno.EINVAL;
        LxProcess.Of(process).CoreFilter = value & Known;
        return 0;
    }

    internal static string TimerSlack(KernelTask? task) =>
        task is { BrandState: LxTask state } ? state.TimerSlackNs.ToString(CultureInfo.InvariantCulture) + "\n" : "";

    /// <summary>Sets the timer slack; 0 is the default. EPERM for other tasks without CAP_SYS_NICE.</summary>
    internal static Errno SetTimerSlack(KernelTask? task, byte[] text)
    {
        if (task is not { BrandState: LxTask state })
            return Errno.ESRCH;
        if (ProcFileSystem.Caller is { } caller && !ReferenceEquals(caller, task) && !caller.Credentials.Has(CAP_SYS_NICE))
            return Errno.EPERM;
        if (!ulong.TryParse(Encoding.ASCII.GetString(text).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
            return Errno.EINVAL;
        state.TimerSlackNs = value == 0 ? state.DefaultTimerSlackNs : value;
        return 0;
    }
}
