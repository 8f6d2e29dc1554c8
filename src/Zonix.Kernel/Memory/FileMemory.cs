using Zonix.Abi;
using Zonix.Host.Files;
using Zonix.Kernel.Vfs;
using Zonix.Machine;

namespace Zonix.Kernel.Memory;

/// <summary>Pages of a file that the host holds, mapped straight from there.</summary>
public sealed class FileMemory : IMemoryObject
{
    /// <summary>
    /// Time stamps of files are coarse: a change that follows another one so soon may leave no trace in them. Two seconds are
    /// the coarsest that file systems have.
    /// </summary>
    private const long StampMarginNs = 3_000_000_000;

    private readonly HostFile _file;
    private readonly VfsPath _path;
    private readonly VfsPath _root;
    private readonly IContentVersion? _version;
    private readonly bool _isStamped;
    private object? _identity;
    private readonly IWritableMappings? _writers;
    private int _references = 1;

    /// <summary>
    /// Takes over one reference to <paramref name="file"/>; the caller holds the first reference to this object. The path, and
    /// the root it is seen from, are for /proc only. The last two say how changes of the content can be told.
    /// </summary>
    public FileMemory(
        HostFile file, VfsPath path, VfsPath root, IContentVersion? version = null, bool isStamped = false, IWritableMappings? writers = null)
    {
        _writers = writers;
        path.Mount?.Enter(writers is not null);
        _file = file;
        _version = version;
        _isStamped = isStamped;
        _path = path;
        _root = root;
    }

    /// <summary>What a mapping of a part of an open file shows. Null with success: anonymous memory (/dev/zero).</summary>
    /// <param name="file">The open file; access rights have been checked.</param>
    /// <param name="offset">Offset in the file; the object's own offset on return.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="shared">MAP_SHARED.</param>
    /// <param name="writable">Whether a shared mapping may ever be written.</param>
    /// <param name="root">The root that /proc shows the path from.</param>
    /// <param name="memory">The object, with one reference for the caller.</param>
    /// <returns>0; ENODEV when it cannot be mapped.</returns>
    public static Errno Create(
        OpenFileDescription file, ref ulong offset, ulong length, bool shared, bool writable, VfsPath root, out IMemoryObject? memory)
    {
        memory = null;
        if (file.File is not IMappable mappable)
            return Errno.ENODEV;
        Errno error = mappable.GetMapping(offset, length, shared, writable, out FileMapping mapping);
        if (error != 0 || mapping.File is not { } host)
            return error;
        offset = mapping.Offset;
        memory = new FileMemory(host.AddReference(), file.Path, root, mapping.Version, mapping.IsStamped, mapping.Writers);
        return 0;
    }

    /// <inheritdoc/>
    public MemoryObjectName Name
    {
        get
        {
            if (_path.Dentry.Inode is not { } inode || inode.GetAttributes(out InodeAttributes attributes) != 0)
                return new MemoryObjectName(PathText.Format(_path, _root));
            return new MemoryObjectName(PathText.Format(_path, _root), attributes.Device, attributes.Inode);
        }
    }

    /// <inheritdoc/>
    public VfsPath Place => _path;

    /// <inheritdoc/>
    public object Identity
    {
        get
        {
            // Each mapping is an object of its own; the file tells that they show the same pages.
            if (_identity is null)
                Volatile.Write(ref _identity, _file.Stat(out HostStat stat) == 0 ? new FileIdentity(stat.Device, stat.Inode) : this);
            return _identity;
        }
    }

    /// <inheritdoc/>
    public void AddReference() => Interlocked.Increment(ref _references);

    /// <inheritdoc/>
    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        _writers?.Unmapped();
        _file.Dispose();
        _path.Mount?.Leave(_writers is not null);
    }

    /// <inheritdoc/>
    public int Map(MemoryWindow window, ulong address, ulong length, ulong offset, MemoryProtection protection, bool shared) =>
        window.MapFile(address, length, _file, offset, protection, shared, IdentityFor(protection));

    /// <inheritdoc/>
    public CodeIdentity? GetCodeIdentity()
    {
        long? version = 0;
        if (_version is { } counter)
            version = counter.Version;
        else if (!_isStamped)
            version = null;
        if (version is not { } known || _file.Stat(out HostStat stat) != 0)
            return null;
        long changedNs = Nanoseconds(stat.Change);
        if (_isStamped && NowNs() - changedNs < StampMarginNs)
            return null;
        return new CodeIdentity(stat.Device, stat.Inode, stat.Size, Nanoseconds(stat.Modify), changedNs, known);
    }

    /// <inheritdoc/>
    public int Sync(ulong offset, ulong length) => _file.Sync();

    /// <inheritdoc/>
    public int PunchHole(ulong offset, ulong length) => _file.PunchHole((long)offset, (long)length);

    private CodeIdentity? IdentityFor(MemoryProtection protection) =>
        (protection & (MemoryProtection.Execute | MemoryProtection.Write)) == MemoryProtection.Execute ? GetCodeIdentity() : null;

    private static long Nanoseconds(HostTime time) => (time.Seconds * 1_000_000_000) + time.Nanoseconds;

    private static long NowNs() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
