namespace Zonix.Kernel.Vfs;

/// <summary>A symbolic link.</summary>
public interface ISymbolicLink : IInode
{
    /// <summary>Its text; truncated when <paramref name="target"/> is too short.</summary>
    Errno ReadLink(Span<byte> target, out int length);
}
