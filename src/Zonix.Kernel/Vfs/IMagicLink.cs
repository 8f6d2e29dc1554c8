namespace Zonix.Kernel.Vfs;

/// <summary>A link of /proc that leads straight to an object and not through its text: exe, cwd, root, fd/N. proc(5).</summary>
public interface IMagicLink : ISymbolicLink
{
    /// <summary>The place it leads to.</summary>
    Errno Follow(out VfsPath path);
}
