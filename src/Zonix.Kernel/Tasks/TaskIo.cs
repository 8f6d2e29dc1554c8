namespace Zonix.Kernel.Tasks;

/// <summary>What a task, or several, have moved. proc_pid_io(5).</summary>
public struct TaskIo
{
    /// <summary>Bytes that calls have read: rchar.</summary>
    public long ReadBytes;

    /// <summary>Bytes that calls have written: wchar.</summary>
    public long WrittenBytes;

    /// <summary>Calls that read: syscr.</summary>
    public long ReadCalls;

    /// <summary>Calls that wrote: syscw.</summary>
    public long WriteCalls;

    /// <summary>Bytes that came from the host's files: read_bytes.</summary>
    public long StorageReadBytes;

    /// <summary>Bytes that went to the host's files: write_bytes.</summary>
    public long StorageWrittenBytes;

    /// <summary>Both together.</summary>
    public static TaskIo operator +(in TaskIo left, in TaskIo right) => new()
    {
        ReadBytes = left.ReadBytes + right.ReadBytes,
        WrittenBytes = left.WrittenBytes + right.WrittenBytes,
        ReadCalls = left.ReadCalls + right.ReadCalls,
        WriteCalls = left.WriteCalls + right.WriteCalls,
        StorageReadBytes = left.StorageReadBytes + right.StorageReadBytes,
        StorageWrittenBytes = left.StorageWrittenBytes + right.StorageWrittenBytes,
    };

    /// <summary>A call has read, or tried to.</summary>
    public void CountRead(SysResult result)
    {
        ReadCalls++;
        if (result.Raw > 0)
            ReadBytes += result.Raw;
    }

    /// <summary>A call has written, or tried to.</summary>
    public void CountWrite(SysResult result)
    {
        WriteCalls++;
        if (result.Raw > 0)
            WrittenBytes += result.Raw;
    }
}
