using System.Globalization;
using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>Smaller files of /proc/[pid].</summary>
internal static class ProcessText
{
    private static readonly (string Name, RlimitResource Resource, string Unit)[] s_limits =
    [
        ("Max cpu time", RlimitResource.RLIMIT_CPU, "seconds"), ("Max file size", RlimitResource.RLIMIT_FSIZE, "bytes"),
        ("Max data size", RlimitResource.RLIMIT_DATA, "bytes"), ("Max stack size", RlimitResource.RLIMIT_STACK, "bytes"),
        ("Max core file size", RlimitResource.RLIMIT_CORE, "bytes"), ("Max resident set", RlimitResource.RLIMIT_RSS, "bytes"),
        ("Max processes", RlimitResource.RLIMIT_NPROC, "processes"), ("Max open files", RlimitResource.RLIMIT_NOFILE, "files"),
        ("Max locked memory", RlimitResource.RLIMIT_MEMLOCK, "bytes"), ("Max address space", RlimitResource.RLIMIT_AS, "bytes"),
        ("Max file locks", RlimitResource.RLIMIT_LOCKS, "locks"), ("Max pending signals", RlimitResource.RLIMIT_SIGPENDING, "signals"),
        ("Max msgqueue size", RlimitResource.RLIMIT_MSGQUEUE, "bytes"), ("Max nice priority", RlimitResource.RLIMIT_NICE, ""),
        ("Max realtime priority", RlimitResource.RLIMIT_RTPRIO, ""), ("Max realtime timeout", RlimitResource.RLIMIT_RTTIME, "us"),
    ];

    /// <summary>The arguments, as they are in memory now. proc_pid_cmdline(5).</summary>
    internal static byte[] CommandLine(ProcSubject subject)
    {
        if (subject.Memory is not { } memory)
            return [];
        byte[] text = Copy(memory, memory.Program.ArgumentsStart, memory.Program.ArgumentsEnd);
        if (text.Length == 0 || text[^1] == 0)
            return text;

        // setproctitle(3): a program that has written over the end of its arguments goes on in the environment, up to a null byte.
        byte[] rest = Copy(memory, memory.Program.EnvironmentStart, memory.Program.EnvironmentEnd);
        byte[] whole = memory.Program.EnvironmentStart == memory.Program.ArgumentsEnd ? [.. text, .. rest] : text;
        int end = whole.AsSpan().IndexOf((byte)0);
        return end < 0 ? whole : whole[..end];
    }

    /// <summary>The environment that the program was started with. proc_pid_environ(5).</summary>
    internal static byte[] Environment(ProcSubject subject) => subject.Memory is { } memory
        ? Copy(memory, memory.Program.EnvironmentStart, memory.Program.EnvironmentEnd)
        : [];

    /// <summary>Soft and hard limits. proc_pid_limits(5).</summary>
    internal static string Limits(ProcSubject subject)
    {
        var text = new StringBuilder("Limit                     Soft Limit           Hard Limit           Units     \n");
        foreach ((string name, RlimitResource resource, string unit) in s_limits)
        {
            Rlimit limit = subject.Process.Rlimits[resource];
            text.Append(CultureInfo.InvariantCulture, $"{name,-25} {Show(limit.Soft),-20} {Show(limit.Hard),-20} {unit,-10}\n");
        }
        return text.ToString();
    }

    /// <summary>What it has moved. proc_pid_io(5).</summary>
    internal static string Io(ProcSubject subject)
    {
        TaskIo io = subject is { IsThread: true, Task: { } task } ? task.Io : subject.Process.Io;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"rchar: {io.ReadBytes}\nwchar: {io.WrittenBytes}\nsyscr: {io.ReadCalls}\nsyscw: {io.WriteCalls}\n" +
            $"read_bytes: {io.StorageReadBytes}\nwrite_bytes: {io.StorageWrittenBytes}\ncancelled_write_bytes: 0\n");
    }

    /// <summary>The processes that the task has made. proc_tid_children(5).</summary>
    internal static string Children(ProcSubject subject)
    {
        var text = new StringBuilder();
        foreach (Process child in subject.Process.Children)
        {
            // Those of a maker that has ended are the first task's.
            bool isOwn = ReferenceEquals(child.Maker, subject.Task) ||
                (subject.Number == subject.Process.Pid.Value && !subject.Process.Tasks.Contains(child.Maker!));
            if (isOwn)
                text.Append(child.Pid.Value).Append(' ');
        }
        return text.ToString();
    }

    private static byte[] Copy(AddressSpace memory, ulong start, ulong end)
    {
        if (end <= start || end - start > 1 << 21)
            return [];
        var bytes = new byte[end - start];
        int copied = (int)memory.CopyIn(new UserAddress(start), bytes);
        return copied == bytes.Length ? bytes : bytes[..copied];
    }

    private static string Show(ulong limit) => limit == Rlimit.Infinity ? "unlimited" : limit.ToString(CultureInfo.InvariantCulture);
}
