using System.Buffers.Text;
using System.Text;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/task.</summary>
internal sealed class ProcTasks(SyntheticNode node, Process process) : ISyntheticEntries
{
    private const ulong FirstTask = 1UL << 34;

    public IInode? Find(ReadOnlySpan<byte> name, ulong directory)
    {
        if (!Utf8Parser.TryParse(name, out int number, out int used) || used != name.Length)
            return null;
        foreach (KernelTask task in process.Tasks)
        {
            if (task.Tid.Value == number)
            {
                SyntheticNode own = node with { Number = NumberOf(number) };
                return new SyntheticDirectory(node.FileSystem, own, ProcProcess.Common(own, process, task), cachesNames: false);
            }
        }
        return null;
    }

    public void List(DirectoryListing listing, ulong directory)
    {
        foreach (KernelTask task in process.Tasks)
            listing.Add(Encoding.ASCII.GetBytes(task.Tid.ToString()), NumberOf(task.Tid.Value), 4);
    }

    private static ulong NumberOf(int tid) => FirstTask + ((ulong)tid << 8);
}
