using System.Text;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>Whom a directory of /proc is about: a process, or one task of it.</summary>
/// <param name="fileSystem">The /proc that it is in.</param>
/// <param name="process">The process.</param>
/// <param name="task">The task that is shown; null when all have ended.</param>
/// <param name="isThread">Whether it is about the task alone: /proc/[pid]/task/[tid].</param>
internal sealed class ProcSubject(SyntheticFileSystem fileSystem, Process process, KernelTask? task, bool isThread)
{
    private const int CAP_SYS_NICE = 23;

    internal SyntheticFileSystem FileSystem => fileSystem;

    internal Process Process => process;

    internal KernelTask? Task => task;

    internal bool IsThread => isThread;

    /// <summary>The number that it is known by.</summary>
    internal int Number => task?.Tid.Value ?? process.Pid.Value;

    /// <summary>Its name.</summary>
    internal string Name => task?.Name ?? process.LastName;

    /// <summary>Who it is, or was.</summary>
    internal Credentials Credentials => task?.Credentials ?? process.LastCredentials;

    /// <summary>What the brand keeps for the task.</summary>
    internal LxTask? State => task?.BrandState as LxTask;

    /// <summary>The memory of a process that has not ended.</summary>
    internal AddressSpace? Memory => process.MainTask is null ? null : process.Memory;

    /// <summary>Whether it has ended and was waited for: what is still open of it answers ESRCH.</summary>
    internal bool IsGone => process.IsReaped ||
        (isThread && task is not null && !ReferenceEquals(process.Pids.Tasks[task.Tid], task) && !ReferenceEquals(process.EndedLeader, task));

    /// <summary>Whether the caller may look into it.</summary>
    internal bool MayRead => task is null || ProcFileSystem.Caller is not { } caller || PtraceAccess.MayRead(caller, task);

    /// <summary>A node of its directory: a process that may not be looked into belongs to root. proc(5), "/proc/pid".</summary>
    internal SyntheticNode Node(ulong number, uint permissions)
    {
        if (task is null || LxProcess.Of(process).Dumpable != 1)
            return new SyntheticNode(fileSystem, number, permissions);
        Credentials owner = Credentials;
        return new SyntheticNode(fileSystem, number, permissions, owner.EffectiveUid, owner.EffectiveGid);
    }

    /// <summary>A file with a text.</summary>
    internal SyntheticText Text(
        ulong number, uint permissions, Func<ProcSubject, byte[]> read, Func<ProcSubject, byte[], Errno>? write, ProcGuard guard) =>
        new(
            Node(number, permissions),
            (out byte[] text) => Read(read, guard, out text),
            write is null ? null : bytes => IsGone ? Errno.ESRCH : write(this, bytes.ToArray()))
        {
            Guard = guard == ProcGuard.Opening ? _ => MayRead ? 0 : Errno.EACCES : null,
        };

    /// <summary>A link to a place.</summary>
    internal SyntheticMagicLink Link(ulong number, uint permissions, Func<ProcSubject, VfsPath> place, ulong size = 0) =>
        new(Node(number, permissions), () => place(this)) { Guard = () => MayRead ? 0 : Errno.EACCES, Size = size };

    private Errno Read(Func<ProcSubject, byte[]> read, ProcGuard guard, out byte[] text)
    {
        text = [];
        if (IsGone)
            return Errno.ESRCH;
        if (guard == ProcGuard.Reading && !MayRead)
            return Errno.EACCES;
        if (guard == ProcGuard.ReadingNice && ProcFileSystem.Caller is { } caller && !ReferenceEquals(caller.Process, process) &&
            !caller.Credentials.Has(CAP_SYS_NICE))
        {
            return Errno.EPERM;
        }
        text = read(this);
        return 0;
    }

    /// <summary>Text as the bytes of a file.</summary>
    internal static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
