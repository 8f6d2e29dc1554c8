using System.Globalization;
using System.Text;
using Zonix.Abi;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Tasks;

/// <summary>A namespace, as /proc/[pid]/ns shows it and setns(2) takes it. Its maker is its first user.</summary>
/// <param name="name">Its name in /proc/[pid]/ns.</param>
/// <param name="kind">Its flag of clone(2).</param>
/// <param name="number">Its inode number.</param>
/// <param name="content">What is in it; null where the zone has one only.</param>
internal sealed class Namespace(string name, CloneFlags kind, ulong number, object? content)
{
    private readonly Lock gate = new();
    private VfsPath place;
    private int users = 1;

    internal string Name => name;

    internal CloneFlags Kind => kind;

    internal object? Content => content;

    /// <summary>One more user, a task or an open file; false when the last one has left it. Any thread.</summary>
    internal bool TryAcquire()
    {
        while (true)
        {
            int now = Volatile.Read(ref users);
            if (now == 0)
                return false;
            if (Interlocked.CompareExchange(ref users, now + 1, now) == now)
                return true;
        }
    }

    /// <summary>A user less; the last one frees what is in it. Any thread.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref users) == 0)
            (content as IDisposable)?.Dispose();
    }

    /// <summary>Where its file lies: nowhere in the tree, under a name such as "uts:[4026531841]".</summary>
    internal VfsPath Place(VirtualFileSystem vfs)
    {
        lock (gate)
        {
            if (place.IsNull)
            {
                string text = string.Create(CultureInfo.InvariantCulture, $"{name}:[{number}]");
                place = vfs.PlaceNameless(new NamespaceInode(vfs.CreateNumberedInode(number, FileModeBits.S_IFREG | 0x124), this), Encoding.ASCII.GetBytes(text));
            }

            return place;
        }
    }
}
