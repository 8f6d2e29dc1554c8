namespace Zonix.FileSystems.Devices.Loop;

/// <summary>A block device whose content is a file's. loop(4).</summary>
internal sealed class LoopDevice(int number) : IDevice
{
    private const int SectorSize = 512;
    private readonly Lock gate = new();
    private OpenFileDescription? backing;
    private int opens;

    public int Number => number;

    /// <summary>Whether it has a file.</summary>
    public bool IsBound => Volatile.Read(ref backing) is not null;

    /// <summary>What has been said of it; the gate of <see cref="Change"/>.</summary>
    public LoopSettings Settings { get; private set; } = new();

    /// <summary>Sectors that are to be read ahead: kept for those who ask; what is read is in memory anyway. BLKRASET.</summary>
    public long ReadAhead { get; set; } = 256;

    /// <summary>Bytes that it shows: whole sectors.</summary>
    public long Size
    {
        get
        {
            lock (gate)
            {
                if (backing is null || backing.File.Inode.GetAttributes(out InodeAttributes attributes) != 0)
                    return 0;
                long size = Math.Max(0, (long)attributes.Size - Settings.Offset);
                if (Settings.SizeLimit > 0)
                    size = Math.Min(size, Settings.SizeLimit);
                return size & ~(SectorSize - 1L);
            }
        }
    }

    public Errno Open(IInode node, OpenFlags flags, out IFile? file)
    {
        lock (gate)
            opens++;
        file = new LoopFile(node, this);
        return 0;
    }

    /// <summary>LOOP_SET_FD, LOOP_CONFIGURE: takes over the caller's reference if it succeeds. EBUSY.</summary>
    public Errno Bind(OpenFileDescription file, LoopSettings settings)
    {
        lock (gate)
        {
            if (backing is not null)
                return Errno.EBUSY;
            Settings = settings with { IsReadOnly = settings.IsReadOnly || !file.Writable };
            Volatile.Write(ref backing, file);
            return 0;
        }
    }

    /// <summary>LOOP_CLR_FD: now, or when the others who have it open are gone. ENXIO.</summary>
    public Errno Unbind()
    {
        OpenFileDescription? gone;
        lock (gate)
        {
            if (backing is null)
                return Errno.ENXIO;
            if (opens > 1)
            {
                Settings = Settings with { ClearsItself = true };
                return 0;
            }
            gone = Detach();
        }
        gone.Release();
        return 0;
    }

    /// <summary>LOOP_SET_STATUS. ENXIO without a file.</summary>
    public Errno Change(Func<LoopSettings, LoopSettings> change)
    {
        lock (gate)
        {
            if (backing is null)
                return Errno.ENXIO;
            Settings = change(Settings);
            return 0;
        }
    }

    /// <summary>The file, with a reference for the caller; null: there is none.</summary>
    public OpenFileDescription? Acquire()
    {
        lock (gate)
            return backing?.AddReference();
    }

    internal void Closed()
    {
        OpenFileDescription? gone = null;
        lock (gate)
        {
            if (--opens == 0 && Settings.ClearsItself && backing is not null)
                gone = Detach();
        }
        gone?.Release();
    }

    private OpenFileDescription Detach()
    {
        OpenFileDescription gone = backing!;
        Volatile.Write(ref backing, null);
        Settings = new();
        return gone;
    }
}
