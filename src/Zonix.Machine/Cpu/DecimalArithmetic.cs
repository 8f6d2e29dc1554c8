using System.Numerics;
using Iced.Intel;

namespace Zonix.Machine;

/// <summary>aaa, aas, aam, aad, daa, das. Intel SDM volume 2.</summary>
internal static class DecimalArithmetic
{
    private const ulong Carry = 1, Parity = 4, Adjust = 0x10, Zero = 0x40, Sign = 0x80;

    internal static void Execute(ref GuestRegisters registers, in Instruction instruction)
    {
        byte al = (byte)registers.Rax, ah = (byte)(registers.Rax >> 8);
        ulong flags = registers.Rflags;
        bool carry = (flags & Carry) != 0, adjusts = (al & 15) > 9 || (flags & Adjust) != 0;
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Daa or Mnemonic.Das:
                al = Adjusted(al, instruction.Mnemonic == Mnemonic.Daa, adjusts, ref carry);
                flags = With(flags, carry, adjusts);
                flags = WithResult(flags, al);
                break;
            case Mnemonic.Aaa or Mnemonic.Aas:
                ushort both = (ushort)registers.Rax;
                if (adjusts)
                    both = (ushort)(instruction.Mnemonic == Mnemonic.Aaa ? both + 0x106 : both - 0x106);
                al = (byte)(both & 15);
                ah = (byte)(both >> 8);
                flags = With(flags, adjusts, adjusts);
                break;
            case Mnemonic.Aam:
                byte radix = (byte)instruction.Immediate8;
                ah = (byte)(al / radix);
                al = (byte)(al % radix);
                flags = WithResult(flags, al);
                break;
            case Mnemonic.Aad:
                al = (byte)(al + (ah * (byte)instruction.Immediate8));
                ah = 0;
                flags = WithResult(flags, al);
                break;
        }

        registers.Rax = (registers.Rax & ~0xFFFFUL) | ((ulong)ah << 8) | al;
        registers.Rflags = flags;
    }

    private static byte Adjusted(byte al, bool adds, bool adjusts, ref bool carry)
    {
        byte old = al;
        bool carried = carry;
        carry = false;
        if (adjusts)
        {
            carry = carried || (adds ? old > 0xF9 : old < 6);
            al = (byte)(adds ? al + 6 : al - 6);
        }

        if (old > 0x99 || carried)
        {
            al = (byte)(adds ? al + 0x60 : al - 0x60);
            carry = true;
        }
        else if (adds)
        {
            carry = false;
        }

        return al;
    }

    private static ulong With(ulong flags, bool carry, bool adjust) =>
        (flags & ~(Carry | Adjust)) | (carry ? Carry : 0) | (adjust ? Adjust : 0);

    private static ulong WithResult(ulong flags, byte result) =>
        (flags & ~(Parity | Zero | Sign)) | ((BitOperations.PopCount(result) & 1) == 0 ? Parity : 0) | (result == 0 ? Zero : 0) | (result & Sign);
}
