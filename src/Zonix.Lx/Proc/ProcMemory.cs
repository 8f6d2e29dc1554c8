using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Vfs.Synthetic;
using Zonix.Lx.Tasks;

namespace Zonix.Lx.Proc;

/// <summary>/proc/[pid]/mem and /proc/[pid]/pagemap, which show the memory that the process had when they were opened.</summary>
internal sealed class ProcMemory(SyntheticNode node, Process process, ProcMemoryKind kind) : IOpenableInode
{
    /// <inheritdoc/>
    public IFileSystem FileSystem => node.FileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => node.Access(FileModeBits.S_IFREG);

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = node.Attributes(FileModeBits.S_IFREG);
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change) => change.Size is not null ? 0 : Errno.EPERM;

    /// <inheritdoc/>
    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        if (kind == ProcMemoryKind.PageMap && (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY)
            return Errno.EACCES;
        if (ProcFileSystem.Caller is { } caller && process.MainTask is { } target && !(kind == ProcMemoryKind.PageMap ? PtraceAccess.MayRead(caller, target) : PtraceAccess.IsAllowed(caller, target)))
            return Errno.EACCES;
        file = new ProcMemoryFile(this, process.MainTask is null ? null : process.Memory, kind);
        return 0;
    }
}
