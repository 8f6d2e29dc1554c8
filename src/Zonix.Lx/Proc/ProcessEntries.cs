using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;

namespace Zonix.Lx.Proc;

/// <summary>What is in /proc/[pid], and whose it is: pidfd_send_signal(2) takes such a directory for a process.</summary>
internal sealed class ProcessEntries(StaticEntries entries, Process process) : ISyntheticEntries
{
    /// <summary>The process; its number may have gone to another one meanwhile.</summary>
    internal Process Process => process;

    public IInode? Find(ReadOnlySpan<byte> name, ulong directory) => process.IsReaped ? null : entries.Find(name, directory);

    public void List(DirectoryListing listing, ulong directory)
    {
        if (!process.IsReaped)
            entries.List(listing, directory);
    }
}
