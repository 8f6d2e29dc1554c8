using Iced.Intel;

namespace Zonix.Machine;

/// <summary>
/// Gathers and scatters with 64-bit indices, for large windows: no mask can be put between the CPU's sum of base and index
/// and its access. Intel SDM volume 2, VPGATHERQD and others.
/// </summary>
internal static unsafe class GatherEmulator
{
    private const int InvalidOpcode = 6;

    /// <returns>False when an element faults; those before it are done, and their mask bits are clear.</returns>
    internal static bool TryExecute(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        fault = default;
        int elementSize = ElementSize(instruction.Mnemonic);
        bool isMasked = instruction.Encoding == EncodingKind.EVEX;
        if (elementSize == 0 || !IsValid(instruction, isMasked))
        {
            fault = new GuestExit { Kind = ExitKind.Exception, Vector = InvalidOpcode };
            return false;
        }

        bool isScatter = instruction.Op0Kind == OpKind.Memory;
        int memory = isScatter ? 0 : 1, count = instruction.MemoryIndex.GetSize() / 8;
        byte* data = Vector(context.State, isScatter ? instruction.Op1Register : instruction.Op0Register);
        byte* mask = isMasked ? null : Vector(context.State, instruction.Op2Register);
        ref ulong opmask = ref context.State->Opmasks[isMasked ? instruction.OpMask - Register.K0 : 0];
        for (int i = 0; i < count; i++)
        {
            bool isWanted = isMasked ? (opmask >> i & 1) != 0 : (mask[(i * elementSize) + elementSize - 1] & 0x80) != 0;
            if (isWanted && !TryElement(context, instruction, memory, i, data + (i * elementSize), elementSize, isScatter, out fault))
                return false;
            if (isMasked)
                opmask &= ~(1UL << i);
            else
                new Span<byte>(mask + (i * elementSize), elementSize).Clear();
        }

        if (isMasked)
            opmask = 0;
        else
            new Span<byte>(mask, 64).Clear();
        if (!isScatter)
            new Span<byte>(data + (count * elementSize), 64 - (count * elementSize)).Clear();
        context.Registers.Rip = instruction.NextIP;
        return true;
    }

    private static int ElementSize(Mnemonic mnemonic) => mnemonic switch
    {
        Mnemonic.Vpgatherqd or Mnemonic.Vgatherqps or Mnemonic.Vpscatterqd or Mnemonic.Vscatterqps => 4,
        Mnemonic.Vpgatherqq or Mnemonic.Vgatherqpd or Mnemonic.Vpscatterqq or Mnemonic.Vscatterqpd => 8,
        _ => 0,
    };

    private static bool IsValid(in Instruction instruction, bool isMasked)
    {
        if (isMasked)
            return ProcessStubs.Shared.VectorBytes == 64 && (instruction.Op0Kind == OpKind.Memory || instruction.Op0Register.GetNumber() != instruction.MemoryIndex.GetNumber());
        int target = instruction.Op0Register.GetNumber(), index = instruction.MemoryIndex.GetNumber(), mask = instruction.Op2Register.GetNumber();
        return ProcessStubs.Shared.VectorBytes >= 32 && target != index && target != mask && index != mask;
    }

    private static bool TryElement(CpuContext context, in Instruction instruction, int memory, int element, byte* data, int size, bool isScatter, out GuestExit fault)
    {
        CpuState* state = context.State;
        bool isKnown = instruction.TryGetVirtualAddress(
            memory, element, out ulong address, (Register register, int index, int _, out ulong value) => TryGetValue(state, register, index, out value));
        bool isCanonical = (long)address << 16 >> 16 == (long)address;
        if (!isKnown || !isCanonical)
        {
            bool isStack = instruction.SegmentPrefix == Register.None && instruction.MemoryBase is Register.RSP or Register.RBP;
            fault = new GuestExit { Kind = ExitKind.Exception, Vector = isStack ? 12 : 13 };
            return false;
        }

        fault = default;
        ulong inside = address & (context.Window.Size - 1);
        // Into a buffer first: an element is whole or untouched.
        ulong buffer = 0;
        nuint done = isScatter ? context.Window.CopyOutRaw(inside, data, (nuint)size) : context.Window.CopyInRaw(inside, (byte*)&buffer, (nuint)size);
        if (done != (nuint)size)
            return InstructionEmulator.PageFault(address + done, isScatter ? FaultAccess.Write : FaultAccess.Read, out fault);
        if (!isScatter)
            new ReadOnlySpan<byte>(&buffer, size).CopyTo(new Span<byte>(data, size));
        return true;
    }

    private static bool TryGetValue(CpuState* state, Register register, int element, out ulong value)
    {
        if (!register.IsVectorRegister())
            return Processor.TryGetValue(state, register, out value);
        value = ((ulong*)Vector(state, register))[element];
        return true;
    }

    private static byte* Vector(CpuState* state, Register register) => state->Vectors + (register.GetNumber() * 64);
}
