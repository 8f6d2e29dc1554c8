namespace Zonix.Kernel.Vfs;

/// <summary>The path of a place, as getcwd(2) and /proc show it.</summary>
public static class PathText
{
    /// <summary>
    /// Writes the path of <paramref name="path"/> as seen from <paramref name="root"/> into the end of the buffer and answers
    /// the part used; empty when it does not fit. <paramref name="reachable"/> is false when it lies outside the root.
    /// </summary>
    public static ReadOnlySpan<byte> Write(VfsPath path, VfsPath root, Span<byte> buffer, out bool reachable)
    {
        int at = buffer.Length;
        reachable = true;
        while (path != root)
        {
            if (ReferenceEquals(path.Dentry, path.Mount.Root))
            {
                if (path.Mount.MountPoint.IsNull)
                {
                    reachable = false;
                    break;
                }
                path = path.Mount.MountPoint;
                continue;
            }
            if (path.Dentry.IsRoot)
            {
                // Not in the tree at all: "pipe:[7]", "anon_inode:[eventpoll]", "/memfd:name".
                ReadOnlySpan<byte> own = path.Dentry.Name;
                if (own.Length > at)
                    return default;
                at -= own.Length;
                own.CopyTo(buffer[at..]);
                return buffer[at..];
            }
            ReadOnlySpan<byte> name = path.Dentry.Name;
            if (name.Length + 1 > at)
                return default;
            at -= name.Length;
            name.CopyTo(buffer[at..]);
            buffer[--at] = (byte)'/';
            path = new VfsPath(path.Mount, path.Dentry.Parent);
        }
        if (at == buffer.Length)
            buffer[--at] = (byte)'/';
        return buffer[at..];
    }

    /// <summary>The path as text, with " (deleted)" behind a name that is gone.</summary>
    public static string Format(VfsPath path, VfsPath root)
    {
        if (path.IsNull)
            return "";
        Span<byte> buffer = stackalloc byte[PathWalk.PathMax];
        string text = System.Text.Encoding.UTF8.GetString(Write(path, root, buffer, out _));
        return path.Dentry.IsUnlinked ? text + " (deleted)" : text;
    }
}
