using System.Buffers;
using Zonix.Kernel.Tasks;

namespace Zonix.Kernel.Vfs;

/// <summary>
/// The state of resolving one path: where it stands and what is left of it. path_resolution(7). Disposed by whoever
/// started it (the text of links it followed lives in pooled memory).
/// </summary>
public ref struct PathWalk
{
    /// <summary>The most links followed in one walk.</summary>
    public const int MaxLinks = 40;

    /// <summary>The longest name in a directory, and the longest path with its terminator.</summary>
    public const int NameMax = 255, PathMax = 4096;

    private byte[]? rented;

    /// <summary>Starts a walk; nothing is looked up yet.</summary>
    public PathWalk(VfsPath start, VfsPath root, Credentials who, ReadOnlySpan<byte> path, WalkFlags flags, ResolveFlags resolve = 0)
    {
        Root = root;
        Start = start;
        Credentials = who;
        Rest = path;
        Flags = flags;
        Resolve = resolve;
        At = path is [(byte)'/', ..] ? root : start;
    }

    /// <summary>Where the walk stands.</summary>
    public VfsPath At;

    /// <summary>What is left to walk.</summary>
    public ReadOnlySpan<byte> Rest;

    /// <summary>The last name, when the walk ended before it (<see cref="WalkFlags.Parent"/>): <see cref="At"/> is its directory.</summary>
    public ReadOnlySpan<byte> Last;

    /// <summary>With <see cref="Last"/>: what it stands for; its dentry is negative, or null, when it does not exist.</summary>
    public VfsPath Child;

    /// <summary>Links followed.</summary>
    public int Links;

    /// <summary>A slash stood at the end: the name must be a directory.</summary>
    public bool TrailingSlash;

    /// <summary>The task's root, which <c>..</c> does not leave.</summary>
    public VfsPath Root { get; }

    /// <summary>Where it began.</summary>
    public VfsPath Start { get; }

    /// <summary>Who asks.</summary>
    public Credentials Credentials { get; }

    /// <summary>How.</summary>
    public WalkFlags Flags { get; }

    /// <summary>The limits of openat2(2).</summary>
    public ResolveFlags Resolve { get; }

    /// <summary>Walks to the end, handing over from file system to file system.</summary>
    public Errno Run()
    {
        if (Rest.IsEmpty)
            return (Flags & WalkFlags.Empty) != 0 ? 0 : Errno.ENOENT;
        if (Rest.Length >= PathMax)
            return Errno.ENAMETOOLONG;
        if (Rest[0] == '/' && (Resolve & ResolveFlags.RESOLVE_BENEATH) != 0)
            return Errno.EXDEV;
        while (true)
        {
            IFileSystem fileSystem = At.Mount.FileSystem;
            Errno e = fileSystem.Walk(ref this);
            if (e != 0 || Rest.IsEmpty)
                return e != 0 ? e : Finish();
        }
    }

    /// <summary>Takes the next name off the rest; false at its end. Slashes around it go too.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out bool last)
    {
        ReadOnlySpan<byte> rest = Rest.TrimStart((byte)'/');
        if (rest.IsEmpty)
        {
            Rest = default;
            name = default;
            last = true;
            return false;
        }
        int slash = rest.IndexOf((byte)'/');
        if (slash < 0)
        {
            name = rest;
            Rest = default;
        }
        else
        {
            name = rest[..slash];
            Rest = rest[slash..].TrimStart((byte)'/');
            TrailingSlash = Rest.IsEmpty;
        }
        last = Rest.IsEmpty;
        return true;
    }

    /// <summary>Puts the text of a link in front of the rest. <paramref name="directory"/> is where a relative one starts.</summary>
    public Errno Follow(ISymbolicLink link, VfsPath directory, bool last)
    {
        if (++Links > MaxLinks)
            return Errno.ELOOP;
        if ((Resolve & ResolveFlags.RESOLVE_NO_SYMLINKS) != 0 || (directory.Mount.Flags & MountFlags.MS_NOSYMFOLLOW) != 0)
            return Errno.ELOOP;
        if (link is IMagicLink magic)
            return FollowMagic(magic);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PathMax + Rest.Length + 2);
        Errno e = link.ReadLink(buffer.AsSpan(0, PathMax), out int length);
        if (e != 0 || length == 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return e != 0 ? e : Errno.ENOENT;
        }
        int total = length;
        if (!last || TrailingSlash)
            buffer[total++] = (byte)'/';
        Rest.CopyTo(buffer.AsSpan(total));
        total += Rest.Length;
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = buffer;
        Rest = buffer.AsSpan(0, total);
        At = directory;
        if (buffer[0] != '/')
            return 0;
        if ((Resolve & ResolveFlags.RESOLVE_BENEATH) != 0)
            return Errno.EXDEV;
        At = (Resolve & ResolveFlags.RESOLVE_IN_ROOT) != 0 ? Start : Root;
        if ((Resolve & ResolveFlags.RESOLVE_NO_XDEV) != 0 && !ReferenceEquals(At.Mount, directory.Mount))
            return Errno.EXDEV;
        return 0;
    }

    /// <summary>Gives the pooled memory back; <see cref="Last"/> is not to be used afterwards.</summary>
    public void Dispose()
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        rented = null;
    }

    private Errno FollowMagic(IMagicLink magic)
    {
        if ((Resolve & (ResolveFlags.RESOLVE_NO_MAGICLINKS | ResolveFlags.RESOLVE_BENEATH | ResolveFlags.RESOLVE_IN_ROOT)) != 0)
            return (Resolve & ResolveFlags.RESOLVE_NO_MAGICLINKS) != 0 ? Errno.ELOOP : Errno.EXDEV;
        Errno e = magic.Follow(out VfsPath target);
        if (e == 0 && (Resolve & ResolveFlags.RESOLVE_NO_XDEV) != 0 && !ReferenceEquals(target.Mount, At.Mount))
            return Errno.EXDEV;
        if (e == 0)
            At = target;
        return e;
    }

    private readonly Errno Finish()
    {
        if (!Last.IsEmpty)
            return 0;
        bool wantsDirectory = TrailingSlash || (Flags & WalkFlags.Directory) != 0;
        return wantsDirectory && !At.Inode.Access.IsDirectory ? Errno.ENOTDIR : 0;
    }
}
