using Zonix.Host.Files;

namespace Zonix.FileSystems.Host;

/// <summary>A regular file of a host tree. All who open it share one descriptor, which is kept a while for the next.</summary>
internal sealed class HostRegularInode(HostInode common) : IHostInode, IOpenableInode, IHostHandle, ICountedInode
{
    private OpenCounts counts;
    private HostFile? handle;

    public HostInode Common => common;

    public ref OpenCounts Opens => ref counts;

    public bool Used { get; set; }

    public Errno Open(OpenFlags flags, out IFile? file)
    {
        file = null;
        if ((flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY || (flags & OpenFlags.O_TRUNC) != 0)
            return Errno.EROFS;
        Errno e = Acquire(out HostFile? host);
        if (e == 0)
            file = new HostRegularFile(this, host!);
        return e;
    }

    /// <summary>A reference to the host's file; the caller disposes it.</summary>
    public Errno Acquire(out HostFile? host)
    {
        bool fresh = false;
        lock (this)
        {
            if (handle is null)
            {
                Errno e = common.Parent!.OpenFile(common.Name, out handle);
                if (e != 0)
                {
                    host = null;
                    return e;
                }
                fresh = true;
            }
            Used = true;
            host = handle!.AddReference();
        }
        if (fresh)
            common.FileSystem.Handles.Add(this);
        return 0;
    }

    public void Drop()
    {
        HostFile? dropped;
        lock (this)
        {
            dropped = handle;
            handle = null;
        }
        dropped?.Dispose();
    }
}
