using Zonix.Kernel.Tasks;
using Zonix.Machine;
using SegmentFlags = Zonix.Machine.SegmentFlags;

namespace Zonix.Lx.Syscalls;

/// <summary>Segments of i386 programs. set_thread_area(2), modify_ldt(2).</summary>
internal static class SegmentCalls
{
    private const int MaxLocalEntries = 8192, EntrySize = 8, OldContents = 3;

    /// <summary>Sets a segment of the thread; -1 takes a free one and says which. set_thread_area(2).</summary>
    [Syscall(X64 = 205, I386 = 243)]
    internal static SysResult SetThreadArea(KernelTask task, UserPointer<UserDescriptor> descriptor)
    {
        SysResult result = Set(task.Memory, task.Cpu, descriptor, null, mayChoose: true);
        if (!result.IsError)
            SegmentLoads.Reload(task.Cpu);
        return result;
    }

    /// <summary>Tells a segment of the thread. get_thread_area(2).</summary>
    [Syscall(X64 = 211, I386 = 244)]
    internal static SysResult GetThreadArea(KernelTask task, UserPointer<UserDescriptor> descriptor)
    {
        return task.Memory.TryRead(descriptor, out UserDescriptor info) ? Tell(task.Memory, task.Cpu, descriptor, info.EntryNumber) : Errno.EFAULT;
    }

    /// <summary>Reads or writes the local descriptor table. modify_ldt(2).</summary>
    [Syscall(X64 = 154, I386 = 123, Support = Support.Partial, Missing = "limits are not enforced; 16-bit segments; segments with a base in other registers than FS and GS cannot be loaded")]
    internal static SysResult ModifyLdt(KernelTask task, int function, UserAddress pointer, ulong count)
    {
        const int Read = 0, WriteOld = 1, ReadDefault = 2, Write = 0x11;
        SysResult result = function switch
        {
            Read => ReadTable(task, pointer, count),
            ReadDefault => ReadZeros(task, pointer, count),
            Write or WriteOld => WriteEntry(task, new UserPointer<UserDescriptor>(pointer.Value), count, isOld: function == WriteOld),
            _ => Errno.ENOSYS,
        };
        return result;
    }

    /// <summary>Takes a segment of a thread from a user_desc. clone(2), CLONE_SETTLS, names its entry.</summary>
    /// <param name="memory">Where it lies.</param>
    /// <param name="cpu">Of the thread.</param>
    /// <param name="descriptor">The user_desc.</param>
    /// <param name="entry">The entry; null: the one that the user_desc names.</param>
    /// <param name="mayChoose">Whether -1 for the entry stands for a free one, of which the user_desc is told.</param>
    internal static SysResult Set(Kernel.Memory.AddressSpace memory, CpuContext cpu, UserPointer<UserDescriptor> descriptor, uint? entry, bool mayChoose)
    {
        if (!memory.TryRead(descriptor, out UserDescriptor info))
            return Errno.EFAULT;
        if (!TryMake(info, out SegmentDescriptor segment))
            return Errno.EINVAL;
        info.EntryNumber = entry ?? info.EntryNumber;
        if (info.EntryNumber == uint.MaxValue && mayChoose)
        {
            int free = Array.FindIndex(cpu.ThreadSegments, static one => !one.IsPresent);
            if (free < 0)
                return Errno.ESRCH;
            info.EntryNumber = (uint)(SegmentLoads.FirstThreadEntry + free);
            if (!memory.TryWrite(new UserPointer<uint>(descriptor.Value), info.EntryNumber))
                return Errno.EFAULT;
        }

        if (!IsThreadEntry(info.EntryNumber, out int index))
            return Errno.EINVAL;
        cpu.ThreadSegments[index] = segment;
        return SysResult.Success;
    }

    /// <summary>Tells a segment of a thread. EINVAL: no entry that threads have.</summary>
    internal static SysResult Tell(Kernel.Memory.AddressSpace memory, CpuContext cpu, UserPointer<UserDescriptor> descriptor, uint entry)
    {
        if (!IsThreadEntry(entry, out int index))
            return Errno.EINVAL;
        return memory.TryWrite(descriptor, ToUser(entry, cpu.ThreadSegments[index])) ? SysResult.Success : Errno.EFAULT;
    }

    /// <summary>Makes a thread's segment of a user_desc; false: threads cannot have it.</summary>
    internal static bool TryMake(in UserDescriptor info, out SegmentDescriptor segment)
    {
        segment = info.IsEmpty || info.IsZero ? default : ToSegment(info);
        return IsAcceptable(info);
    }

    private static bool IsThreadEntry(uint number, out int index)
    {
        index = (int)(number - SegmentLoads.FirstThreadEntry);
        return (uint)index < SegmentLoads.ThreadEntries;
    }

    /// <summary>arch/x86/kernel/tls.c, tls_desc_okay.</summary>
    private static bool IsAcceptable(in UserDescriptor info) =>
        info.IsEmpty || info.IsZero || (info.Is32Bit && info.Contents <= 1 && !info.IsNotPresent);

    private static SysResult ReadTable(KernelTask task, UserAddress pointer, ulong count)
    {
        SegmentTable table = task.Cpu.Window.LocalSegments;
        ulong size = Math.Min(count, (ulong)table.Count * EntrySize);
        Span<byte> bytes = stackalloc byte[EntrySize];
        for (ulong at = 0; at < size; at += EntrySize)
        {
            BitConverter.TryWriteBytes(bytes, Encode(table[(int)(at / EntrySize)]));
            if (!task.Memory.TryCopyOut(pointer + at, bytes[..(int)Math.Min(EntrySize, size - at)]))
                return Errno.EFAULT;
        }

        return size;
    }

    private static SysResult ReadZeros(KernelTask task, UserAddress pointer, ulong count)
    {
        ulong size = Math.Min(count, DefaultTableSize);
        return task.Memory.Clear(pointer, (nuint)size) == size ? size : Errno.EFAULT;
    }

    // arch/x86/kernel/ldt.c, read_default_ldt.
    private const ulong DefaultTableSize = 128;

    private static SysResult WriteEntry(KernelTask task, UserPointer<UserDescriptor> pointer, ulong count, bool isOld)
    {
        if (count != 16)
            return Errno.EINVAL;
        if (!task.Memory.TryRead(pointer, out UserDescriptor info))
            return Errno.EFAULT;
        if (info.EntryNumber >= MaxLocalEntries || (info.Contents == OldContents && (isOld || !info.IsNotPresent)))
            return Errno.EINVAL;
        bool clears = (isOld && info.BaseAddress == 0 && info.Limit == 0) || info.IsEmpty;
        // As a Linux without CONFIG_X86_16BIT.
        if (!clears && !info.Is32Bit)
            return Errno.EINVAL;
        task.Cpu.Window.LocalSegments[(int)info.EntryNumber] = clears ? default : ToSegment(info);
        SegmentLoads.Reload(task.Cpu);
        return SysResult.Success;
    }

    private static SegmentDescriptor ToSegment(in UserDescriptor info)
    {
        SegmentFlags flags = info.IsNotPresent ? SegmentFlags.None : SegmentFlags.Present;
        flags |= info.IsLimitInPages ? SegmentFlags.Pages : 0;
        flags |= info.Is32Bit ? SegmentFlags.Is32Bit : 0;
        flags |= (info.Contents & 2) != 0 ? SegmentFlags.Code : 0;
        flags |= (info.Contents & 1) != 0 ? SegmentFlags.Directed : 0;
        flags |= info.IsReadExecOnly ? SegmentFlags.Restricted : 0;
        flags |= info.IsUseable ? SegmentFlags.Available : 0;
        return new SegmentDescriptor(info.BaseAddress, info.Limit & 0xFFFFF, flags);
    }

    internal static UserDescriptor ToUser(uint number, in SegmentDescriptor segment)
    {
        SegmentFlags f = segment.Flags;
        uint bits = (Has(f, SegmentFlags.Is32Bit) ? 1u : 0) | (Has(f, SegmentFlags.Directed) ? 2u : 0) | (Has(f, SegmentFlags.Code) ? 4u : 0)
            | (Has(f, SegmentFlags.Restricted) || f == 0 ? 8u : 0) | (Has(f, SegmentFlags.Pages) ? 16u : 0)
            | (Has(f, SegmentFlags.Present) ? 0 : 32u) | (Has(f, SegmentFlags.Available) ? 64u : 0);
        return new UserDescriptor { EntryNumber = number, BaseAddress = segment.Base, Limit = segment.Limit, Bits = bits };
    }

    /// <summary>The eight bytes of a descriptor. Intel SDM volume 3, "Segment Descriptors".</summary>
    private static ulong Encode(in SegmentDescriptor segment)
    {
        const ulong Accessed = 1, System = 1UL << 4, UserLevel = 3UL << 5, PresentBit = 1UL << 7;
        SegmentFlags f = segment.Flags;
        if (f == 0)
            return 0;
        bool isCode = Has(f, SegmentFlags.Code), isWritable = !Has(f, SegmentFlags.Restricted);
        ulong access = Accessed | (isWritable ? 2UL : 0) | (Has(f, SegmentFlags.Directed) ? 4UL : 0) | (isCode ? 8UL : 0) | System | UserLevel
            | (Has(f, SegmentFlags.Present) ? PresentBit : 0);
        ulong attributes = (Has(f, SegmentFlags.Available) ? 1UL : 0) | (Has(f, SegmentFlags.Is32Bit) ? 4UL : 0) | (Has(f, SegmentFlags.Pages) ? 8UL : 0);
        return (segment.Limit & 0xFFFF) | ((segment.Base & 0xFFFFFFUL) << 16) | (access << 40) | ((ulong)(segment.Limit >> 16) << 48)
            | (attributes << 52) | ((ulong)(segment.Base >> 24) << 56);
    }

    private static bool Has(SegmentFlags flags, SegmentFlags flag) => (flags & flag) != 0;
}
