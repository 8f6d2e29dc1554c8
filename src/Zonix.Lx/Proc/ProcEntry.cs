using System.Text;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Proc;

/// <summary>A name in /proc/[pid] or /proc/[pid]/task/[tid], and how what it names is made.</summary>
internal sealed class ProcEntry(string name, uint type, Func<ProcSubject, ulong, IInode> make)
{
    private readonly byte[] bytes = Encoding.ASCII.GetBytes(name);

    /// <summary>Its name.</summary>
    internal ReadOnlySpan<byte> Name => bytes;

    /// <summary>Whether it is a directory.</summary>
    internal bool IsFolder { get; } = type == FileModeBits.S_IFDIR;

    /// <summary>Its type as directories list it.</summary>
    internal byte Type { get; } = FileModeBits.DirectoryType(type);

    /// <summary>What it names, of a process; the number is the inode's.</summary>
    internal IInode Make(ProcSubject subject, ulong number) => make(subject, number);
}
