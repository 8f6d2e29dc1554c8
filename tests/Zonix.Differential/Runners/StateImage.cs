using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;
using Zonix.Machine;

namespace Zonix.Differential;

/// <summary>Moves a case's state to and from a CPU context, by way of an XSAVE image in standard format.</summary>
internal static unsafe class StateImage
{
    private static readonly int s_avx = X86Base.CpuId(0xD, 2).Ebx;
    private static readonly int s_opmask = X86Base.CpuId(0xD, 5).Ebx;
    private static readonly int s_zmm = X86Base.CpuId(0xD, 6).Ebx;
    private static readonly int s_high = X86Base.CpuId(0xD, 7).Ebx;

    internal static void Load(in MachineState from, CpuContext context, byte[] image)
    {
        ref GuestRegisters registers = ref context.Registers;
        for (int i = 0; i < 16; i++)
            General(ref registers, i) = from.General[i];
        registers.Rip = from.Rip;
        registers.Rflags = from.Flags;
        registers.FsBase = from.FsBase;
        registers.GsBase = from.GsBase;
        image.AsSpan().Clear();
        fixed (MachineState* state = &from)
        {
            new ReadOnlySpan<byte>(state->Fpu, 160).CopyTo(image);
            BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(512), CpuContext.ExtendedFeatures);
            for (int i = 0; i < 32; i++)
                CopyVector(image, i, new Span<byte>(state->Vectors + (i * MachineState.VectorSize), MachineState.VectorSize), isLoad: true);
            if ((CpuContext.ExtendedFeatures & 0x20) != 0)
                new ReadOnlySpan<byte>(state->Opmasks, 64).CopyTo(image.AsSpan(s_opmask));
        }

        if (!context.LoadExtendedState(image))
            throw new InvalidOperationException("the case has no valid vector state");
    }

    internal static void Store(CpuContext context, byte[] image, ref MachineState to)
    {
        ref GuestRegisters registers = ref context.Registers;
        for (int i = 0; i < 16; i++)
            to.General[i] = General(ref registers, i);
        to.Rip = registers.Rip;
        to.Flags = registers.Rflags;
        to.FsBase = registers.FsBase;
        to.GsBase = registers.GsBase;
        context.SaveExtendedState(image);
        fixed (MachineState* state = &to)
        {
            image.AsSpan(0, 160).CopyTo(new Span<byte>(state->Fpu, 160));
            for (int i = 0; i < 32; i++)
                CopyVector(image, i, new Span<byte>(state->Vectors + (i * MachineState.VectorSize), MachineState.VectorSize), isLoad: false);
            if ((CpuContext.ExtendedFeatures & 0x20) != 0)
                image.AsSpan(s_opmask, 64).CopyTo(new Span<byte>(state->Opmasks, 64));
        }
    }

    private static void CopyVector(byte[] image, int number, Span<byte> vector, bool isLoad)
    {
        bool isWide = (CpuContext.ExtendedFeatures & 0xE0) == 0xE0;
        if (number >= 16)
        {
            if (isWide)
                Copy(image.AsSpan(s_high + ((number - 16) * 64), 64), vector, isLoad);
            return;
        }

        Copy(image.AsSpan(160 + (number * 16), 16), vector[..16], isLoad);
        if ((CpuContext.ExtendedFeatures & 4) != 0)
            Copy(image.AsSpan(s_avx + (number * 16), 16), vector[16..32], isLoad);
        if (isWide)
            Copy(image.AsSpan(s_zmm + (number * 32), 32), vector[32..], isLoad);
    }

    private static void Copy(Span<byte> image, Span<byte> vector, bool isLoad)
    {
        if (isLoad)
            vector.CopyTo(image);
        else
            image.CopyTo(vector);
    }

    private static ref ulong General(ref GuestRegisters registers, int number)
    {
        switch (number)
        {
            case 0: return ref registers.Rax;
            case 1: return ref registers.Rcx;
            case 2: return ref registers.Rdx;
            case 3: return ref registers.Rbx;
            case 4: return ref registers.Rsp;
            case 5: return ref registers.Rbp;
            case 6: return ref registers.Rsi;
            case 7: return ref registers.Rdi;
            case 8: return ref registers.R8;
            case 9: return ref registers.R9;
            case 10: return ref registers.R10;
            case 11: return ref registers.R11;
            case 12: return ref registers.R12;
            case 13: return ref registers.R13;
            case 14: return ref registers.R14;
            default: return ref registers.R15;
        }
    }
}
