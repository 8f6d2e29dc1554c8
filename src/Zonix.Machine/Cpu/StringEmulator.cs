using System.Numerics;
using Iced.Intel;

namespace Zonix.Machine;

/// <summary>String instructions whose source lies in the FS or GS segment, and those of i386 with addresses of 16 bits: no compiler makes them.</summary>
internal static class StringEmulator
{
    // After so many elements the instruction starts again, so that it can be pre-empted.
    private const int MaxElements = 4096;

    private const ulong Carry = 1, Parity = 4, Adjust = 0x10, Zero = 0x40, Sign = 0x80, Direction = 0x400, Overflow = 0x800;

    /// <returns>False when it faults; elements before the fault are done, as the CPU does it.</returns>
    internal static bool TryExecute(CpuContext context, in Instruction instruction, out GuestExit fault)
    {
        fault = default;
        ref GuestRegisters registers = ref context.Registers;
        int size = instruction.MemorySize.GetSize();
        ulong step = (registers.Rflags & Direction) != 0 ? (ulong)-size : (ulong)size;
        ulong width = Width(instruction);
        ulong segment = instruction.SegmentPrefix == Register.FS ? registers.FsBase : registers.GsBase;
        bool isRepeated = instruction.HasRepPrefix || instruction.HasRepnePrefix;
        bool compares = instruction.Mnemonic is Mnemonic.Cmpsb or Mnemonic.Cmpsw or Mnemonic.Cmpsd or Mnemonic.Cmpsq;
        bool stores = instruction.Mnemonic is Mnemonic.Stosb or Mnemonic.Stosw or Mnemonic.Stosd;
        bool scans = instruction.Mnemonic is Mnemonic.Scasb or Mnemonic.Scasw or Mnemonic.Scasd;
        bool loads = instruction.Mnemonic is Mnemonic.Lodsb or Mnemonic.Lodsw or Mnemonic.Lodsd or Mnemonic.Lodsq;
        for (int i = 0; i < MaxElements; i++)
        {
            if (isRepeated && (registers.Rcx & width) == 0)
                break;
            if (!(stores || scans ? TryTarget(context, width, size, scans, out fault) : TryElement(context, segment, width, size, compares, loads, out fault)))
                return false;
            if (!stores && !scans)
                Add(ref registers.Rsi, step, width);
            if (!loads)
                Add(ref registers.Rdi, step, width);
            if (isRepeated)
                Add(ref registers.Rcx, ulong.MaxValue, width);
            bool isEqual = (registers.Rflags & Zero) != 0;
            if (!isRepeated || ((compares || scans) && isEqual == instruction.HasRepnePrefix))
            {
                registers.Rip = instruction.NextIP;
                return true;
            }
        }

        if ((registers.Rcx & width) == 0)
            registers.Rip = instruction.NextIP;
        return true;
    }

    private static ulong Width(in Instruction instruction)
    {
        for (int i = 0; i < instruction.OpCount; i++)
        {
            switch (instruction.GetOpKind(i))
            {
                case OpKind.MemoryESEDI or OpKind.MemorySegESI:
                    return uint.MaxValue;
                case OpKind.MemoryESDI or OpKind.MemorySegSI:
                    return ushort.MaxValue;
            }
        }

        return ulong.MaxValue;
    }

    // What is narrower than 32 bits leaves the rest of its register alone.
    private static void Add(ref ulong register, ulong step, ulong width)
    {
        ulong sum = (register + step) & width;
        register = width == ushort.MaxValue ? (register & ~width) | sum : sum;
    }

    /// <summary>stos and scas.</summary>
    private static bool TryTarget(CpuContext context, ulong width, int size, bool scans, out GuestExit fault)
    {
        fault = default;
        ref GuestRegisters registers = ref context.Registers;
        Span<byte> value = stackalloc byte[8];
        ulong at = registers.Rdi & width & (context.Window.Size - 1), mask = size == 8 ? ulong.MaxValue : (1UL << (size * 8)) - 1;
        if (!scans)
        {
            BitConverter.TryWriteBytes(value, registers.Rax);
            nuint written = context.Window.CopyOut(at, value[..size]);
            return written == (nuint)size || InstructionEmulator.PageFault(at + written, FaultAccess.Write, out fault);
        }

        value.Clear();
        nuint read = context.Window.CopyIn(at, value[..size]);
        if (read != (nuint)size)
            return InstructionEmulator.PageFault(at + read, FaultAccess.Read, out fault);
        SetFlags(ref registers, registers.Rax & mask, BitConverter.ToUInt64(value), size * 8);
        return true;
    }

    private static bool TryElement(CpuContext context, ulong segment, ulong width, int size, bool compares, bool loads, out GuestExit fault)
    {
        fault = default;
        ref GuestRegisters registers = ref context.Registers;
        Span<byte> source = stackalloc byte[8], target = stackalloc byte[8];
        source.Clear();
        target.Clear();
        ulong mask = context.Window.Size - 1, from = (registers.Rsi & width) + segment, to = registers.Rdi & width;
        nuint done = context.Window.CopyIn(from & mask, source[..size]);
        if (done != (nuint)size)
            return InstructionEmulator.PageFault(from + done, FaultAccess.Read, out fault);
        ulong value = BitConverter.ToUInt64(source);
        if (loads)
        {
            registers.Rax = size switch
            {
                1 => (registers.Rax & ~0xFFUL) | value,
                2 => (registers.Rax & ~0xFFFFUL) | value,
                _ => value,
            };
            return true;
        }

        if (compares)
        {
            done = context.Window.CopyIn(to & mask, target[..size]);
            if (done != (nuint)size)
                return InstructionEmulator.PageFault(to + done, FaultAccess.Read, out fault);
            SetFlags(ref registers, value, BitConverter.ToUInt64(target), size * 8);
            return true;
        }

        done = context.Window.CopyOut(to & mask, source[..size]);
        return done == (nuint)size || InstructionEmulator.PageFault(to + done, FaultAccess.Write, out fault);
    }

    /// <summary>The flags of a subtraction.</summary>
    private static void SetFlags(ref GuestRegisters registers, ulong left, ulong right, int bits)
    {
        ulong mask = bits == 64 ? ulong.MaxValue : (1UL << bits) - 1, sign = 1UL << (bits - 1);
        ulong result = (left - right) & mask;
        ulong flags = registers.Rflags & ~(Carry | Parity | Adjust | Zero | Sign | Overflow);
        flags |= left < right ? Carry : 0;
        flags |= (BitOperations.PopCount(result & 0xFF) & 1) == 0 ? Parity : 0;
        flags |= ((left ^ right ^ result) & 0x10) != 0 ? Adjust : 0;
        flags |= result == 0 ? Zero : 0;
        flags |= (result & sign) != 0 ? Sign : 0;
        flags |= ((left ^ right) & (left ^ result) & sign) != 0 ? Overflow : 0;
        registers.Rflags = flags;
    }
}
