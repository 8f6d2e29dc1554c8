using System.Buffers.Text;
using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/task.</summary>
internal sealed class ProcTasks(SyntheticNode node, Process process) : ISyntheticEntries
{
    private const ulong FirstTask = 3UL << 28;

    public int Folders => Math.Max(1, process.Tasks.Count);

    public IInode? Find(ReadOnlySpan<byte> name, ulong directory)
    {
        if (!Utf8Parser.TryParse(name, out int number, out int used) || used != name.Length)
            return null;
        foreach (KernelTask task in process.Tasks)
        {
            if (task.Tid.Value == number)
                return Directory(number, task);
        }

        // The first task of a process stays until the process was waited for.
        return !process.IsReaped && number == process.Pid.Value ? Directory(number, null) : null;
    }

    public void List(DirectoryListing listing, ulong directory)
    {
        if (process.IsReaped)
            return;
        bool hasLeader = false;
        foreach (KernelTask task in process.Tasks)
            hasLeader |= task.Tid.Value == process.Pid.Value;
        if (!hasLeader)
            Add(listing, process.Pid.Value);
        foreach (KernelTask task in process.Tasks)
            Add(listing, task.Tid.Value);
    }

    private static void Add(DirectoryListing listing, int number) =>
        listing.Add(Encoding.ASCII.GetBytes(new Tid(number).ToString()), NumberOf(number), 4);

    private SyntheticDirectory Directory(int number, KernelTask? task) =>
        ProcProcess.Directory(new ProcSubject(node.FileSystem, process, task, isThread: true), NumberOf(number));

    private static ulong NumberOf(int tid) => FirstTask + (ulong)tid;
}
