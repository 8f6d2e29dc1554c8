using System.Text;
using Zonix.Kernel.Scheduling;

namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>A link straight to a place: /proc/[pid]/exe, cwd, root, fd/N. Its text is the place's path as the reader sees it.</summary>
public sealed class SyntheticMagicLink(SyntheticNode node, Func<VfsPath> place) : IMagicLink
{
    /// <summary>Asked when it is read or followed: 0, or why not.</summary>
    public Func<Errno>? Guard { get; init; }

    /// <summary>The size that stat(2) shows.</summary>
    public ulong Size { get; init; }

    /// <inheritdoc/>
    public IFileSystem FileSystem => node.FileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => node.Access(FileModeBits.S_IFLNK);

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = node.Attributes(FileModeBits.S_IFLNK, Size);
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno ReadLink(Span<byte> target, out int length)
    {
        length = 0;
        Errno error = Follow(out VfsPath to);
        if (error != 0)
            return error;
        VfsPath root = Worker.Current?.Running?.FileSystem.Root ?? default;
        byte[] bytes = Encoding.UTF8.GetBytes(PathText.Format(to, root));
        length = Math.Min(target.Length, bytes.Length);
        bytes.AsSpan(0, length).CopyTo(target);
        return 0;
    }

    /// <inheritdoc/>
    public Errno Follow(out VfsPath path)
    {
        path = default;
        if (Guard?.Invoke() is { } refused and not 0)
            return refused;
        path = place();
        return path.IsNull ? Errno.ENOENT : 0;
    }
}
