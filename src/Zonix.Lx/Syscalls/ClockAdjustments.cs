using System.Buffers.Binary;
using Zonix.Abi;
using Zonix.Kernel;
using Zonix.Kernel.Tasks;

namespace Zonix.Lx.Syscalls;

/// <summary>How the clock is kept in step; it can be read but not changed. adjtimex(2).</summary>
internal static class ClockAdjustments
{
    private const int Size = 208;
    private const int TIME_ERROR = 5;
    private const int STA_UNSYNC = 0x40;
    private const int STA_NANO = 0x2000;
    private const uint ADJ_OFFSET_SS_READ = 0xA001;
    private const uint ADJ_OFFSET_SINGLESHOT = 0x8001;
    private const long MicrosecondsPerTick = 10_000;

    /// <summary>Reads the state of the real-time clock. adjtimex(2).</summary>
    [Syscall(X64 = 159, Support = Support.Partial, Missing = "the clock is the host's: changes are refused with EPERM")]
    internal static SysResult Adjtimex(KernelTask task, UserAddress buffer) => ClockAdjtime(task, ClockId.CLOCK_REALTIME, buffer);

    /// <summary>Reads the state of a clock. clock_adjtime(2).</summary>
    [Syscall(X64 = 305, Support = Support.Partial, Missing = "the clock is the host's: changes are refused with EPERM")]
    internal static SysResult ClockAdjtime(KernelTask task, ClockId clock, UserAddress buffer)
    {
        Span<byte> raw = stackalloc byte[Size];
        if (!task.Memory.TryCopyIn(buffer, raw))
        {
            return Errno.EFAULT;
        }

        if (clock != ClockId.CLOCK_REALTIME)
        {
            return Clocks.TryRead(task, clock, out _) ? Errno.EOPNOTSUPP : Errno.EINVAL;
        }

        var modes = BinaryPrimitives.ReadUInt32LittleEndian(raw);
        if (modes is not (0 or ADJ_OFFSET_SS_READ))
        {
            return modes != ADJ_OFFSET_SINGLESHOT && (modes & 0x8000) != 0 ? Errno.EINVAL : Errno.EPERM;
        }

        var now = Timespec.FromNs(task.Machine.Clock.RealtimeNs);
        raw[8..].Clear();
        BinaryPrimitives.WriteInt64LittleEndian(raw[24..], 16_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(raw[32..], 16_000_000);
        BinaryPrimitives.WriteInt32LittleEndian(raw[40..], STA_UNSYNC | STA_NANO);
        BinaryPrimitives.WriteInt64LittleEndian(raw[48..], 2);
        BinaryPrimitives.WriteInt64LittleEndian(raw[56..], 1);
        BinaryPrimitives.WriteInt64LittleEndian(raw[64..], 32_768_000);
        BinaryPrimitives.WriteInt64LittleEndian(raw[72..], now.Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(raw[80..], now.Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(raw[88..], MicrosecondsPerTick);
        return task.Memory.TryCopyOut(buffer, raw) ? TIME_ERROR : Errno.EFAULT;
    }
}
