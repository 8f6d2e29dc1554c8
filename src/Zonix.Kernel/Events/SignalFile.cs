using System.Buffers.Binary;
using Zonix.Kernel.Scheduling;
using Zonix.Kernel.Signals;
using Zonix.Kernel.Tasks;
using Zonix.Kernel.Vfs;
using Zonix.Kernel.Waiting;

namespace Zonix.Kernel.Events;

/// <summary>Reads signals that are pending for whoever reads. signalfd(2).</summary>
public sealed class SignalFile : IReadable, IPollable, IUnmovable
{
    private const int RecordSize = 128;
    private readonly WaitQueue nobody = new();
    private ulong signals;

    /// <summary>A file for the signals of a mask.</summary>
    public SignalFile(IInode inode, ulong mask)
    {
        Inode = inode;
        signals = mask & ~SignalMask.Unblockable;
    }

    /// <inheritdoc/>
    public IInode Inode { get; }

    /// <summary>The signals that are read.</summary>
    public ulong Mask => Volatile.Read(ref signals);

    /// <summary>Arrivals at the process of whoever asks.</summary>
    public WaitQueue ReadQueue => Reader?.Process.Signals.Arrivals ?? nobody;

    /// <inheritdoc/>
    public WaitQueue WriteQueue => ReadQueue;

    private static KernelTask? Reader => Worker.Current?.Running;

    /// <summary>Changes which signals are read.</summary>
    public void SetMask(KernelTask task, ulong mask)
    {
        ArgumentNullException.ThrowIfNull(task);
        Volatile.Write(ref signals, mask & ~SignalMask.Unblockable);
        task.Process.Signals.Arrivals.WakeAll();
    }

    /// <inheritdoc/>
    public SysResult Read(ref UserBuffer buffer, long offset)
    {
        if (Reader is not { } task || buffer.Remaining < RecordSize)
            return Errno.EINVAL;
        Span<byte> record = stackalloc byte[RecordSize];
        long done = 0;
        while (buffer.Remaining >= RecordSize && SignalSending.TryTake(task, Volatile.Read(ref signals), out SigInfo info))
        {
            Describe(info, record);
            if (buffer.CopyOut(record) < RecordSize)
                return done > 0 ? done : Errno.EFAULT;
            done += RecordSize;
        }
        return done > 0 ? done : Errno.EAGAIN;
    }

    /// <inheritdoc/>
    public PollEvents Poll(PollEvents interest) =>
        Reader is { } task && (SignalSending.Pending(task) & Volatile.Read(ref signals)) != 0 ? PollEvents.POLLIN : 0;

    /// <inheritdoc/>
    public void Close()
    {
    }

    // struct signalfd_siginfo: which words of siginfo mean what depends on the code and the signal.
    private static void Describe(in SigInfo info, Span<byte> record)
    {
        const int Pid = 12, Uid = 16, Descriptor = 20, Timer = 24, Band = 28, Overrun = 32, Status = 40, Number = 44;
        const int Pointer = 48, UserTime = 56, SystemTime = 64, Address = 72, AddressLsb = 80;
        record.Clear();
        Put(record, 0, info.Signo);
        Put(record, 4, info.Errno);
        Put(record, 8, info.Code);
        bool ofKernel = info.Code is > SigCode.SI_USER and < SigCode.SI_KERNEL;
        if (info.Code == SigCode.SI_TIMER)
        {
            Put(record, Timer, (int)info.Word0);
            Put(record, Overrun, (int)(info.Word0 >> 32));
            PutValue(record, info.Word1);
        }
        else if (ofKernel && (SignalMask.Of(info.Signo) & SignalMask.Synchronous) != 0)
        {
            PutLong(record, Address, info.Word0);
            BinaryPrimitives.WriteInt16LittleEndian(record[AddressLsb..], (short)info.Word1);
        }
        else if ((ofKernel && info.Signo == (int)Signal.SIGIO) || info.Code == SigCode.SI_SIGIO)
        {
            Put(record, Band, (int)info.Word0);
            Put(record, Descriptor, (int)info.Word1);
        }
        else
        {
            Put(record, Pid, (int)info.Word0);
            Put(record, Uid, (int)(info.Word0 >> 32));
            if (ofKernel && info.Signo == (int)Signal.SIGCHLD)
            {
                Put(record, Status, (int)info.Word1);
                PutLong(record, UserTime, info.Word2);
                PutLong(record, SystemTime, info.Word3);
            }
            else if (info.Code < 0)
            {
                PutValue(record, info.Word1);
            }
        }

        static void Put(Span<byte> at, int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(at[offset..], value);

        static void PutLong(Span<byte> at, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(at[offset..], value);

        static void PutValue(Span<byte> at, ulong value)
        {
            Put(at, Number, (int)value);
            PutLong(at, Pointer, value);
        }
    }
}
