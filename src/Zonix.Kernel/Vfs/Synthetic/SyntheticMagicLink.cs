using System.Text;
using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>A link straight to a place: /proc/[pid]/exe, cwd, root, fd/N. Its text is the place's path as the reader sees it.</summary>
public sealed class SyntheticMagicLink(SyntheticNode node, Func<VfsPath> place) : IMagicLink
{
    /// <inheritdoc/>
    public IFileSystem FileSystem => node.FileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => node.Access(FileModeBits.S_IFLNK);

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = node.Attributes(FileModeBits.S_IFLNK, size: 64);
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno ReadLink(Span<byte> target, out int length)
    {
        length = 0;
        VfsPath to = place();
        if (to.IsNull)
            return Errno.ENOENT;
        VfsPath root = Worker.Current?.Running?.FileSystem.Root ?? default;
        byte[] bytes = Encoding.UTF8.GetBytes(PathText.Format(to, root));
        length = Math.Min(target.Length, bytes.Length);
        bytes.AsSpan(0, length).CopyTo(target);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Follow(out VfsPath path)
    {
        path = place();
        return path.IsNull ? Errno.ENOENT : 0;
    }
}
