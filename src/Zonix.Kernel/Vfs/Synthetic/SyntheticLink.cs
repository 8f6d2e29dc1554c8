using System.Text;

namespace Zonix.Kernel.Vfs.Synthetic;

/// <summary>A symbolic link whose text is made when it is read.</summary>
public sealed class SyntheticLink(SyntheticNode node, Func<string> text) : ISymbolicLink
{
    /// <inheritdoc/>
    public IFileSystem FileSystem => node.FileSystem;

    /// <inheritdoc/>
    public InodeAccess Access => node.Access(FileModeBits.S_IFLNK);

    /// <inheritdoc/>
    public Errno GetAttributes(out InodeAttributes attributes)
    {
        attributes = node.Attributes(FileModeBits.S_IFLNK);
        return 0;
    }

    /// <inheritdoc/>
    public Errno SetAttributes(in AttributeChange change) => Errno.EPERM;

    /// <inheritdoc/>
    public Errno ReadLink(Span<byte> target, out int length)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text());
        length = Math.Min(target.Length, bytes.Length);
        bytes.AsSpan(0, length).CopyTo(target);
        return length == 0 ? Errno.ENOENT : 0;
    }
}
