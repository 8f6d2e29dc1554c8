using Zonix.Kernel.Events;
using Zonix.Kernel.Memory;
using Zonix.Kernel.Vfs;

namespace Zonix.Lx.Uring;

/// <summary>What was registered with a ring: files, buffers, an eventfd. io_uring_register(2).</summary>
internal sealed class UringRegistry
{
    private readonly Lock gate = new();
    private OpenFileDescription?[]? files;
    private IoVector[]? buffers;
    private OpenFileDescription? eventFile;
    private bool onlyAsynchronous;
    private int rangeStart, rangeEnd, nextFree;

    /// <summary>Whether files, or buffers, are registered.</summary>
    public bool HasFiles => files is not null;

    /// <inheritdoc cref="HasFiles"/>
    public bool HasBuffers => buffers is not null;

    /// <summary>The file of a number; null: there is none.</summary>
    public OpenFileDescription? FileAt(int index)
    {
        lock (gate)
            return files is not null && (uint)index < (uint)files.Length ? files[index] : null;
    }

    /// <summary>Takes over descriptions; EBUSY when there are some already.</summary>
    public Errno SetFiles(OpenFileDescription?[] all)
    {
        lock (gate)
        {
            if (files is not null)
                return Errno.EBUSY;
            files = all;
            (rangeStart, rangeEnd, nextFree) = (0, all.Length, 0);
            return 0;
        }
    }

    /// <summary>Replaces one; takes over the description. EINVAL: no such slot.</summary>
    public Errno SetFile(int index, OpenFileDescription? file)
    {
        OpenFileDescription? old;
        lock (gate)
        {
            if (files is null || (uint)index >= (uint)files.Length)
                return Errno.EINVAL;
            old = files[index];
            files[index] = file;
            nextFree = file is null ? index : index + 1;
        }
        old?.Release();
        return 0;
    }

    /// <summary>Whether there is a slot of that number.</summary>
    public bool HasSlot(int index)
    {
        lock (gate)
            return files is not null && (uint)index < (uint)files.Length;
    }

    /// <summary>
    /// Puts a description, which it takes over, into slot <paramref name="place"/> - 1, or with -1 into a free one, whose number it answers.
    /// ENXIO, EINVAL, ENFILE.
    /// </summary>
    public SysResult Install(OpenFileDescription file, int place)
    {
        OpenFileDescription? old = file;
        SysResult result = 0;
        lock (gate)
        {
            if (files is null)
                result = Errno.ENXIO;
            else if (place == -1)
                result = FreeSlot();
            else if ((uint)(place - 1) >= (uint)files.Length)
                result = Errno.EINVAL;
            if (!result.IsError)
            {
                int slot = place == -1 ? (int)result.Value : place - 1;
                old = files![slot];
                files[slot] = file;
                nextFree = slot + 1;
            }
        }
        old?.Release();
        return result;
    }

    /// <summary>Where free slots are looked for. IORING_REGISTER_FILE_ALLOC_RANGE: EOVERFLOW, EINVAL.</summary>
    public Errno SetRange(uint start, uint count)
    {
        lock (gate)
        {
            if (files is null)
                return Errno.EINVAL;
            if ((ulong)start + count > uint.MaxValue)
                return Errno.EOVERFLOW;
            if (start + count > files.Length)
                return Errno.EINVAL;
            (rangeStart, rangeEnd, nextFree) = ((int)start, (int)(start + count), (int)start);
            return 0;
        }
    }

    private SysResult FreeSlot()
    {
        // As Linux does: the next after what was filled last, then what lies before.
        int start = Math.Clamp(nextFree, rangeStart, rangeEnd), count = rangeEnd - rangeStart;
        for (int i = 0; i < count; i++)
        {
            int slot = rangeStart + ((start - rangeStart + i) % count);
            if (files![slot] is null)
                return slot;
        }
        return Errno.ENFILE;
    }

    /// <summary>ENXIO: there are none.</summary>
    public Errno ClearFiles()
    {
        OpenFileDescription?[]? old;
        lock (gate)
        {
            old = files;
            files = null;
        }
        foreach (OpenFileDescription? file in old ?? [])
            file?.Release();
        return old is null ? Errno.ENXIO : 0;
    }

    /// <summary>EBUSY when there are some already.</summary>
    public Errno SetBuffers(IoVector[] all)
    {
        lock (gate)
        {
            if (buffers is not null)
                return Errno.EBUSY;
            buffers = all;
            return 0;
        }
    }

    /// <summary>ENXIO: there are none.</summary>
    public Errno ClearBuffers()
    {
        lock (gate)
        {
            Errno e = buffers is null ? Errno.ENXIO : 0;
            buffers = null;
            return e;
        }
    }

    /// <summary>A range within a registered buffer; EFAULT.</summary>
    public Errno Range(AddressSpace memory, int index, ulong address, uint length, out UserBuffer buffer)
    {
        buffer = default;
        IoVector whole;
        lock (gate)
        {
            if (buffers is null || (uint)index >= (uint)buffers.Length)
                return Errno.EFAULT;
            whole = buffers[index];
        }
        if (address < whole.Base || address - whole.Base > whole.Length || length > whole.Length - (address - whole.Base))
            return Errno.EFAULT;
        buffer = new UserBuffer(memory, new UserAddress(address), length);
        return 0;
    }

    /// <summary>Takes over the description of an eventfd; EBUSY when there is one already.</summary>
    public Errno SetEvent(OpenFileDescription file, bool asynchronous)
    {
        lock (gate)
        {
            if (eventFile is not null)
                return Errno.EBUSY;
            eventFile = file;
            onlyAsynchronous = asynchronous;
            return 0;
        }
    }

    /// <summary>ENXIO: there is none.</summary>
    public Errno ClearEvent()
    {
        OpenFileDescription? old;
        lock (gate)
        {
            old = eventFile;
            eventFile = null;
        }
        old?.Release();
        return old is null ? Errno.ENXIO : 0;
    }

    /// <summary>A completion was posted.</summary>
    public void Signal(bool isInline)
    {
        lock (gate)
        {
            if (eventFile is not null && !(isInline && onlyAsynchronous))
                ((EventFile)eventFile.File).Add(1);
        }
    }

    public void Clear()
    {
        ClearFiles();
        ClearBuffers();
        ClearEvent();
    }
}
