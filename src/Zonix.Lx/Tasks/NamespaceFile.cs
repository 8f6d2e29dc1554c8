using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Tasks;

/// <summary>An open file of a namespace, whose user it is. setns(2).</summary>
internal sealed class NamespaceFile(IInode inode, Namespace content) : IFile
{
    public IInode Inode => inode;

    internal Namespace Content => content;

    public void Close() => content.Release();
}
