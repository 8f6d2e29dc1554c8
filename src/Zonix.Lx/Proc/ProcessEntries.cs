using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>What is in /proc/[pid] or /proc/[pid]/task/[tid], and whose it is: pidfd_send_signal(2) takes the former for a process.</summary>
internal sealed class ProcessEntries(ProcEntry[] entries, ProcSubject subject) : ISyntheticEntries
{
    /// <summary>The process; its number may have gone to another one meanwhile.</summary>
    internal Process Process => subject.Process;

    /// <summary>Whether it is a directory of /proc, and not of a task.</summary>
    internal bool IsProcess => !subject.IsThread;

    public int Folders => entries.Count(static entry => entry.IsFolder);

    public Errno Absence => subject.IsGone ? Errno.ESRCH : Errno.ENOENT;

    public IInode? Find(ReadOnlySpan<byte> name, ulong directory)
    {
        if (subject.IsGone)
            return null;
        foreach (ProcEntry entry in entries)
        {
            if (name.SequenceEqual(entry.Name))
                return entry.Make(subject, SyntheticNode.NumberOf(directory, name));
        }
        return null;
    }

    public void List(DirectoryListing listing, ulong directory)
    {
        if (subject.IsGone)
            return;
        foreach (ProcEntry entry in entries)
            listing.Add(entry.Name.ToArray(), SyntheticNode.NumberOf(directory, entry.Name), entry.Type);
    }
}
