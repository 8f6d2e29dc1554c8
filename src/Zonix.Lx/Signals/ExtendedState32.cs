using System.Buffers.Binary;
using Zonix.Kernel.Tasks;
using Zonix.Machine;

namespace Zonix.Lx.Signals;

/// <summary>
/// The extended state in frames of i386 programs: the x87 part in FSAVE's layout, which counts when the handler returns, and the whole in
/// XSAVE's behind it. arch/x86/include/uapi/asm/sigcontext.h (struct _fpstate_32), arch/x86/kernel/fpu/regset.c.
/// </summary>
internal static class ExtendedState32
{
    private const int LegacyFrameSize = 112, RegistersOffset = 28, RegisterSize = 10, StatusOffset = 108;
    private const uint FP_XSTATE_MAGIC1 = 0x46505853, FP_XSTATE_MAGIC2 = 0x46505845;
    private const int Magic2Size = 4, SoftwareReservedOffset = 464, LegacySize = 512, XsaveHeaderSize = 64, X87Registers = 32;

    /// <summary>Bytes of both parts, alignment not counted.</summary>
    internal static int Size => LegacyFrameSize + CpuContext.ExtendedStateSize + Magic2Size;

    /// <summary>Where the state lies below an address: XSAVE's part is aligned.</summary>
    internal static uint PlaceBelow(uint top) =>
        ((top - (uint)(CpuContext.ExtendedStateSize + Magic2Size)) & ~63u) - LegacyFrameSize;

    /// <summary>Writes the task's state; false on a fault.</summary>
    internal static bool TryWrite(KernelTask task, uint address)
    {
        int size = CpuContext.ExtendedStateSize;
        Span<byte> both = stackalloc byte[LegacyFrameSize + size + Magic2Size];
        Span<byte> image = both[LegacyFrameSize..];
        task.Cpu.SaveExtendedState(image[..size]);
        ToLegacy(image, both[..LegacyFrameSize]);
        Span<byte> software = image.Slice(SoftwareReservedOffset, 48);
        software.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(software, FP_XSTATE_MAGIC1);
        BinaryPrimitives.WriteInt32LittleEndian(software[4..], LegacyFrameSize + size + Magic2Size);
        BinaryPrimitives.WriteUInt64LittleEndian(software[8..], CpuContext.ExtendedFeatures);
        BinaryPrimitives.WriteInt32LittleEndian(software[16..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(image[size..], FP_XSTATE_MAGIC2);
        return task.Memory.TryCopyOut(new UserAddress(address), both);
    }

    /// <summary>Takes the task's state from a frame; null is the initial state. False: the frame is bad.</summary>
    internal static bool TryRead(KernelTask task, uint address)
    {
        if (address == 0)
        {
            task.Cpu.ResetExtendedState();
            return true;
        }

        int size = CpuContext.ExtendedStateSize;
        Span<byte> both = stackalloc byte[LegacyFrameSize + size + Magic2Size];
        if (!task.Memory.TryCopyIn(new UserAddress(address), both[..(LegacyFrameSize + LegacySize)]))
            return false;
        Span<byte> image = both[LegacyFrameSize..], software = image.Slice(SoftwareReservedOffset, 48);
        bool isExtended = BinaryPrimitives.ReadUInt32LittleEndian(software) == FP_XSTATE_MAGIC1
            && BinaryPrimitives.ReadInt32LittleEndian(software[16..]) == size
            && task.Memory.TryCopyIn(new UserAddress(address), both)
            && BinaryPrimitives.ReadUInt32LittleEndian(image[size..]) == FP_XSTATE_MAGIC2;
        ulong present = isExtended ? BinaryPrimitives.ReadUInt64LittleEndian(image[LegacySize..]) & CpuContext.ExtendedFeatures : 3;
        if (!isExtended)
            image[LegacySize..].Clear();
        image.Slice(LegacySize + 8, XsaveHeaderSize - 8).Clear();
        // The x87 part is that of the legacy frame.
        BinaryPrimitives.WriteUInt64LittleEndian(image[LegacySize..], present | 1);
        FromLegacy(both[..LegacyFrameSize], image);
        return task.Cpu.LoadExtendedState(image[..size]);
    }

    private static void ToLegacy(ReadOnlySpan<byte> fxsave, Span<byte> legacy)
    {
        const uint High = 0xFFFF0000;
        ushort status = BinaryPrimitives.ReadUInt16LittleEndian(fxsave[2..]);
        legacy.Clear();
        Put(legacy, 0, BinaryPrimitives.ReadUInt16LittleEndian(fxsave) | High);
        Put(legacy, 4, status | High);
        Put(legacy, 8, FullTag(fxsave, status) | High);
        Put(legacy, 12, BinaryPrimitives.ReadUInt32LittleEndian(fxsave[8..]));
        Put(legacy, 16, SegmentLoads.UserCode32 | ((uint)BinaryPrimitives.ReadUInt16LittleEndian(fxsave[6..]) << 16));
        Put(legacy, 20, BinaryPrimitives.ReadUInt32LittleEndian(fxsave[16..]));
        Put(legacy, 24, SegmentLoads.UserData | High);
        for (int i = 0; i < 8; i++)
            fxsave.Slice(X87Registers + (i * 16), RegisterSize).CopyTo(legacy[(RegistersOffset + (i * RegisterSize))..]);
        Put(legacy, StatusOffset, status);
    }

    private static void FromLegacy(ReadOnlySpan<byte> legacy, Span<byte> fxsave)
    {
        legacy[..2].CopyTo(fxsave);
        legacy.Slice(4, 2).CopyTo(fxsave[2..]);
        ushort full = BinaryPrimitives.ReadUInt16LittleEndian(legacy[8..]);
        int tags = 0;
        for (int i = 0; i < 8; i++)
            tags |= ((full >> (2 * i)) & 3) != 3 ? 1 << i : 0;
        fxsave[4] = (byte)tags;
        legacy.Slice(18, 2).CopyTo(fxsave[6..]);
        fxsave[8..24].Clear();
        legacy.Slice(12, 4).CopyTo(fxsave[8..]);
        legacy.Slice(20, 4).CopyTo(fxsave[16..]);
        for (int i = 0; i < 8; i++)
        {
            fxsave.Slice(X87Registers + (i * 16), 16).Clear();
            legacy.Slice(RegistersOffset + (i * RegisterSize), RegisterSize).CopyTo(fxsave[(X87Registers + (i * 16))..]);
        }
    }

    /// <summary>Two bits for each register: 0 a number, 1 zero, 2 special, 3 empty.</summary>
    private static uint FullTag(ReadOnlySpan<byte> fxsave, ushort status)
    {
        uint result = 0;
        int top = (status >> 11) & 7;
        for (int i = 0; i < 8; i++)
        {
            uint tag = 3;
            if ((fxsave[4] & (1 << i)) != 0)
            {
                ReadOnlySpan<byte> register = fxsave.Slice(X87Registers + (((i - top) & 7) * 16), RegisterSize);
                ulong mantissa = BinaryPrimitives.ReadUInt64LittleEndian(register);
                tag = (BinaryPrimitives.ReadUInt16LittleEndian(register[8..]) & 0x7FFF) switch
                {
                    0x7FFF => 2,
                    0 => mantissa == 0 ? 1u : 2,
                    _ => (mantissa >> 63) != 0 ? 0u : 2,
                };
            }

            result |= tag << (2 * i);
        }

        return result;
    }

    private static void Put(Span<byte> to, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(to[offset..], value);
}
